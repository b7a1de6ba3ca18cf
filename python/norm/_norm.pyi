# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from typing import Any, Callable, Optional, Protocol, Sequence, Tuple, TypeVar, Union

class Array(Protocol):
    """An array of NumPy, or of any library with DLPack."""

    def __dlpack__(self, *arguments: Any, **options: Any) -> Any: ...
    def __dlpack_device__(self) -> Tuple[int, int]: ...

_Array = TypeVar("_Array", bound=Array)

__version__: str

def rmsnorm(
    x: _Array,
    scale: Optional[Array] = None,
    bias: Optional[Array] = None,
    *,
    epsilon: float = 1e-5,
    out: Optional[Array] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    statistics: bool = False,
    stream: Optional[int] = None,
) -> Any: ...
def prmsnorm(
    x: _Array,
    scale: Optional[Array] = None,
    bias: Optional[Array] = None,
    *,
    k: Optional[int] = None,
    epsilon: float = 1e-5,
    out: Optional[Array] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    statistics: bool = False,
    stream: Optional[int] = None,
) -> Any: ...
def layernorm(
    x: _Array,
    scale: Optional[Array] = None,
    bias: Optional[Array] = None,
    *,
    epsilon: float = 1e-5,
    out: Optional[Array] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    statistics: bool = False,
    stream: Optional[int] = None,
) -> Any: ...
def add_rmsnorm(
    x: _Array,
    residual: Array,
    scale: Optional[Array] = None,
    bias: Optional[Array] = None,
    *,
    epsilon: float = 1e-5,
    out: Optional[Tuple[Array, Array]] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    statistics: bool = False,
    stream: Optional[int] = None,
) -> Tuple[_Array, ...]: ...
def rmsnorm_backward(
    dy: Array,
    x: _Array,
    scale: Optional[Array] = None,
    *,
    rstd: Optional[Array] = None,
    dres: Optional[Array] = None,
    outputs: Sequence[str] = ...,
    epsilon: float = 1e-5,
    out: Optional[Sequence[Optional[Array]]] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    stream: Optional[int] = None,
) -> Tuple[_Array, ...]: ...
def prmsnorm_backward(
    dy: Array,
    x: _Array,
    scale: Optional[Array] = None,
    *,
    rstd: Optional[Array] = None,
    k: Optional[int] = None,
    dres: Optional[Array] = None,
    outputs: Sequence[str] = ...,
    epsilon: float = 1e-5,
    out: Optional[Sequence[Optional[Array]]] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    stream: Optional[int] = None,
) -> Tuple[_Array, ...]: ...
def layernorm_backward(
    dy: Array,
    x: _Array,
    scale: Optional[Array] = None,
    *,
    rstd: Optional[Array] = None,
    mean: Optional[Array] = None,
    dres: Optional[Array] = None,
    outputs: Sequence[str] = ...,
    epsilon: float = 1e-5,
    out: Optional[Sequence[Optional[Array]]] = None,
    epsilon_outside: bool = False,
    scale_plus_one: bool = False,
    stream: Optional[int] = None,
) -> Tuple[_Array, ...]: ...

class Function:
    """A compiled function."""

    def __init__(
        self,
        program: Union[str, bytes],
        entry: str,
        file: str,
        raises: bool,
        strict: bool,
        remarks: Optional[Callable[..., None]],
    ) -> None: ...
    def __call__(self, *arguments: Any, out: Any = None, stream: Optional[int] = None) -> Any:
        """Calls the function on arrays; see norm.compile()."""

def raise_norms(
    program: Union[str, bytes],
    file: str,
    strict: bool,
    remarks: Optional[Callable[..., None]],
    locations: bool = False,
) -> str: ...
def report(
    program: Union[str, bytes],
    file: str,
    target: str,
    format: int,
    dynamic_extent: int,
    measured: str,
    baseline: str,
    sources: Optional[str],
) -> str: ...
def configure(cache_directory: str, threads: int) -> None: ...
def get_cache_directory() -> str: ...
def get_counts() -> Tuple[int, int]: ...
def to_unversioned(capsule: Any) -> Any: ...

class Instrument:
    def __init__(self, k: int, limits: str) -> None: ...
    def write(self, format: int) -> str: ...
    @property
    def address(self) -> int: ...

def set_instrument(instrument: Optional[Instrument]) -> None: ...
def name_calls(names: str) -> None: ...
