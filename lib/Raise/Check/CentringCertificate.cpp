//===- CentringCertificate.cpp - a proof that rows lost their means -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The quoted program computes x, a sum of terms, and c, the same of weights
// whose rows are centred. Claimed is of each element
//
//   c[i] = x[i] - mean(x)    and    sum(c) = 0
//
// from which layernorm(x) = rmsnorm(c) follows: x - mean(x) is c, so the mean
// of its squares, to which both norms add the epsilon, is that of c.
//
//===----------------------------------------------------------------------===//

#include "norm/Raise/Certificates.h"

#include "Check/CertificateFile.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;
using namespace mlir::norm::raise::certificate;

namespace {
class CentringCertificate : public CertificateFile {
public:
  CentringCertificate(const Point &root, const Cone &cone, Value x,
                      int64_t rowDim, ArrayRef<int64_t> lengths,
                      NarrowReading reading)
      : CertificateFile(root, cone, {root.value, x}, lengths, reading), x(x),
        rowDim(rowDim) {}

private:
  StringRef getHeading() const override {
    return "The sum before and after, of centred weights";
  }
  void writePlan() override;
  std::string writeClaim() override;
  void writeFacts() override {}
  Place getInput() {
    Place place = {x, {}};
    for (unsigned dim = 0; dim < rank; ++dim)
      place.indices.push_back(getAffineDimExpr(dim, x.getContext()));
    return quoted(place);
  }

  Value x;
  int64_t rowDim;
};
} // namespace

std::string CentringCertificate::writeClaim() {
  std::vector<Index> here = getPositions(), row = here;
  Extent extent = reader->getExtent(getInput().value, rowDim);
  Variables variable = {terms.fresh(extent)};
  row[rowDim] = Index::variable(variable.front().name);
  Poly share = statements.reciprocal(statements.extent(extent));
  Poly mean = define(
      "mean", terms.mul(terms.sum(read(getInput(), row), variable), share));
  Poly sum = terms.sum(read(getRoot(), row), variable);
  Poly root = read(getRoot(), here);
  Poly centred = terms.sub(read(getInput(), here), mean);
  return "(and " + state("root", root, "centred", centred) + " " +
         state("sum", sum, "zero", Fraction(0)) + ")";
}

void CentringCertificate::writePlan() {
  os << "; kind = centred\n; root = " << toString(getRoot())
     << "\n; row = " << toString(1u << rowDim)
     << "\n; input = " << toString(getInput()) << "\n";
}

/// All ops of the block of `centred`.
static Cone getCone(Value centred) {
  Cone cone;
  for (Operation &op : *centred.getParentBlock()) {
    if (!isa<linalg::LinalgOp>(op) && op.getNumRegions() == 0 &&
        llvm::none_of(op.getResultTypes(), llvm::IsaPred<RankedTensorType>))
      continue;
    cone.ops.insert(&op);
    for (Value operand : op.getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        cone.values.insert(operand);
  }
  return cone;
}

RaiseCertificate mlir::norm::certifyCentring(StringRef function, Value x,
                                             Value centred, int64_t rowDim) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(x.getType()).getShape();
  Point root;
  root.value = centred;
  root.owner = centred.getDefiningOp();
  root.extents.resize(shape.size());
  root.staticExtents.assign(shape.begin(), shape.end());
  Cone cone = getCone(centred);
  SmallVector<int64_t> lengths = getLikelyLengths(ExprRef(), {x});
  return {function.str(), writeEvident([&](NarrowReading reading) {
            return std::make_unique<CentringCertificate>(root, cone, x, rowDim,
                                                         lengths, reading);
          })};
}
