//===- Markup.cpp - text and formulas of a page ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Markup.h"

#include "Words.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::report;

std::string report::toMarkup(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  for (char c : llvm::json::fixUTF8(text))
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n')
      os << "\xEF\xBF\xBD";
    else
      llvm::printHTMLEscaped(StringRef(&c, 1), os);
  return result;
}

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

static std::string row(const Twine &parts) {
  return ("<mrow>" + parts + "</mrow>").str();
}

static std::string identifier(StringRef name) {
  return ("<mi>" + name + "</mi>").str();
}

/// A vector's element.
static std::string element(StringRef vector, StringRef index) {
  return "<msub>" + identifier(vector) + identifier(index) + "</msub>";
}

static std::string fraction(const Twine &above, const Twine &below) {
  return "<mfrac>" + row(above) + row(below) + "</mfrac>";
}

static std::string parenthesized(const Twine &inner) {
  return row("<mo>(</mo>" + inner + "<mo>)</mo>");
}

/// 1/n times the sum of `term` over the first n elements.
static std::string mean(StringRef count, const Twine &term) {
  return fraction("<mn>1</mn>", identifier(count)) + "<munderover><mo>∑</mo>" +
         row("<mi>j</mi><mo>=</mo><mn>1</mn>") + identifier(count) +
         "</munderover>" + term.str();
}

/// The root with epsilon inside or outside of it.
static std::string getDivisor(const ReportedNorm &norm) {
  bool inside = norm.epsMode == EpsMode::inside;
  std::string epsilon = "<mo>+</mo><mi>ε</mi>";
  return "<msqrt>" + row("<mi>s</mi>" + (inside ? epsilon : "")) + "</msqrt>" +
         (inside ? "" : epsilon);
}

/// y_i, its divisor spelled out as a root of s.
static std::string getResult(const ReportedNorm &norm) {
  std::string dividend = element("x", "i");
  if (norm.kind == NormKind::layernorm)
    dividend += "<mo>−</mo><mi>μ</mi>";
  std::string value = fraction(dividend, getDivisor(norm));
  if (norm.scaleRounding)
    value = "<mtext>" + toMarkup(toText(norm.scaleRounding)) + "</mtext>" +
            parenthesized(value);
  if (norm.scaleType) {
    std::string scale = element("g", "i");
    if (norm.scaleOffset)
      scale = parenthesized("<mn>" + Twine(norm.scaleOffset) +
                            "</mn><mo>+</mo>" + scale);
    value += "<mo>·</mo>" + scale;
  }
  if (norm.biasType)
    value += "<mo>+</mo>" + element("b", "i");
  return row(element("y", "i") + "<mo>=</mo>" + value);
}

/// s, and the mean that it takes.
static std::string getStatistics(const ReportedNorm &norm) {
  StringRef count = norm.kind == NormKind::prmsnorm ? "k" : "n";
  std::string deviation = element("x", "j");
  std::string statistics;
  if (norm.kind == NormKind::layernorm) {
    statistics = row("<mi>μ</mi><mo>=</mo>" + mean(count, deviation)) +
                 "<mo>,</mo><mspace width='1em'/>";
    deviation = parenthesized(deviation + "<mo>−</mo><mi>μ</mi>");
  }
  return statistics +
         row("<mi>s</mi><mo>=</mo>" +
             mean(count, "<msup>" + deviation + "<mn>2</mn></msup>"));
}

/// The formula on one line of plain characters.
static std::string getWords(const ReportedNorm &norm) {
  bool isCentered = norm.kind == NormKind::layernorm;
  std::string text = isCentered ? "y = (x - mean) / " : "y = x / ";
  text += norm.epsMode == EpsMode::inside ? "sqrt(s + epsilon)"
                                          : "(sqrt(s) + epsilon)";
  if (norm.scaleType)
    text += norm.scaleOffset
                ? " * (" + std::to_string(norm.scaleOffset) + " + scale)"
                : " * scale";
  if (norm.biasType)
    text += " + bias";
  text += isCentered ? ", s the mean of the squares of x - mean"
                     : ", s the mean of the squares of x";
  if (norm.k)
    text += ", of the first k elements";
  return text;
}

/// The gradients on one line of plain characters.
static std::string getGradientWords(const ReportedNorm &norm) {
  bool isCentered = norm.kind == NormKind::layernorm;
  StringRef factor = norm.scaleType
                         ? norm.scaleOffset ? "dy * (1 + scale)" : "dy * scale"
                         : "dy";
  std::string text;
  for (StringRef name : norm.gradients) {
    if (name == "dx" && norm.epsMode == EpsMode::inside)
      text += isCentered ? "dx = rstd * (m - mean(m) - xh * mean(m * xh)), "
                         : "dx = rstd * (m - xh * mean(m * xh)), ";
    else if (name == "dx")
      text += isCentered
                  ? "dx = q * (m - mean(m)) - xh * mean(m * xh) / sigma, "
                  : "dx = q * m - xh * mean(m * xh) / rms, ";
    else
      text += name == "dscale" ? "dscale = sum over rows of dy * xh, "
                               : "dbias = sum over rows of dy, ";
  }
  text += "m = " + factor.str() +
          (isCentered ? ", xh = (x - mean) * " : ", xh = x * ") +
          (norm.epsMode == EpsMode::inside ? "rstd" : "q");
  if (norm.k)
    text += "; of the first k elements the term with xh";
  return text;
}

std::string report::toFormula(const ReportedNorm &norm) {
  if (!norm.gradients.empty())
    return "<p class='formula'>" + toMarkup(getGradientWords(norm)) + "</p>";
  return "<math display='block' alttext='" + toMarkup(getWords(norm)) + "'>" +
         row(getResult(norm) + "<mo>,</mo><mspace width='1.5em'/>" +
             getStatistics(norm)) +
         "</math>";
}
