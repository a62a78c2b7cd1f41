"""Which programming language a file is written in, told by its name."""

from __future__ import annotations

from types import MappingProxyType

SUFFIXES = MappingProxyType(
    {
        "cpp": (".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".ipp"),
        "csharp": (".cs",),
        "go": (".go",),
        "java": (".java",),
        "javascript": (".js", ".cjs", ".mjs", ".jsx"),
        "kotlin": (".kt", ".kts"),
        "php": (".php",),
        "python": (".py", ".pyi"),
        "ruby": (".rb", ".rake", ".gemspec"),
        "rust": (".rs",),
        "tsx": (".tsx",),
        "typescript": (".ts", ".cts", ".mts"),
        "vue": (".vue", ".svelte"),
    }
)
"""The languages that are read by their syntax, with the suffixes of their files. C is read as C++."""

ALIASES = MappingProxyType(
    {
        "c": ("cpp",),
        "c#": ("csharp",),
        "c++": ("cpp",),
        "javascript": ("javascript", "vue"),
        "js": ("javascript", "vue"),
        "py": ("python",),
        "svelte": ("vue",),
        "ts": ("typescript", "tsx", "vue"),
        "typescript": ("typescript", "tsx", "vue"),
    }
)
"""What people call them, or several of them at once."""

_LANGUAGES = MappingProxyType({suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes})


def language_of(path: str) -> str:
    """A key of `SUFFIXES`, "" for a file of another language or of none."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return _LANGUAGES.get(f"{dot}{suffix.lower()}", "")
