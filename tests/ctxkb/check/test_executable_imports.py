from __future__ import annotations

import pytest

from ctxkb.check.executable.imports import QUERIES, imported, imports_of
from ctxkb.check.syntax import open_code
from ctxkb.text.languages import SUFFIXES

FORMS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "cpp": (
        """\
#include <boost/asio.hpp>
#  include "util/log.h"
// #include <no.h>
const char *s = "#include <no.h>";
""",
        [("boost/asio.hpp",), ("util/log.h",)],
    ),
    "csharp": (
        """\
using System.Text;
using static System.Math;
using Json = Newtonsoft.Json;
global using Serilog;
// using No.A;
class A { string s = "using No.B;"; void F() { using (var x = y) {} } }
""",
        [("System.Text",), ("System.Math",), ("Newtonsoft.Json",), ("Serilog",)],
    ),
    "go": (
        """\
package a
import "fmt"
import (
\tlog "github.com/sirupsen/logrus"
\t_ "embed"
\t. `math`
)
// import "no"
var s = "import \\"no\\""
""",
        [("fmt",), ("github.com/sirupsen/logrus",), ("embed",), ("math",)],
    ),
    "java": (
        """\
import java.util.List;
import static org.junit.Assert.*;
import com.google.common.collect.*;
// import no.A;
class A { String s = "import no.B;"; }
""",
        [("java.util.List",), ("org.junit.Assert",), ("com.google.common.collect",)],
    ),
    "javascript": (
        """\
import a from "m1";
import {b as c} from 'm2';
import * as d from "m3";
import "m4";
export * from "m5";
export {e} from "m6";
const f = require("m7");
const g = await import(`m8`);
import h from "node:fs";
// import no from "no";
const s = "import no from 'no'";
require(name); import(`x/${name}`);
""",
        [("m1",), ("m2",), ("m3",), ("m4",), ("m5",), ("m6",), ("m7",), ("m8",), ("fs",)],
    ),
    "kotlin": (
        """\
package a
import kotlin.math.abs
import java.util.*
import org.joda.time.DateTime as D
// import no.A
val s = "import no.B"
""",
        [("kotlin.math.abs",), ("java.util",), ("org.joda.time.DateTime",)],
    ),
    "php": (
        """\
<?php
use Carbon\\Carbon;
use Foo\\{Bar, Baz as Qux};
use function Foo\\f;
use \\Abs\\X;
require_once 'lib/y.php';
include("z.php");
new \\Monolog\\Logger();
new Local\\Thing();
// use No\\A;
$s = "use No\\B;";
""",
        [
            ("Carbon\\Carbon",),
            ("Foo\\Bar", "Foo\\Baz"),
            ("Foo\\f",),
            ("Abs\\X",),
            ("Abs\\X",),
            ("lib/y.php",),
            ("z.php",),
            ("Monolog\\Logger",),
        ],
    ),
    "python": (
        """\
from __future__ import annotations
import a.b as c, d
from e import f, g as h
from i.j import *
from . import k
from ..l import m
importlib.import_module('n.o')
__import__('p')
def q():
    import r
# import no
s = 'import no'
'''
import no
'''
import_module(name)
""",
        [
            ("__future__", "__future__.annotations"),
            ("a.b",),
            ("d",),
            ("e", "e.f", "e.g"),
            ("i.j",),
            (".", ".k"),
            ("..l", "..l.m"),
            ("n.o",),
            ("p",),
            ("r",),
        ],
    ),
    "ruby": (
        """\
require 'json'
require "a/b"
require_relative '../lib/c'
load 'd.rb'
autoload :E, 'e/f'
# require 'no'
s = "require 'no'"
require name
require "x/#{name}"
""",
        [("json",), ("a/b",), ("../lib/c",), ("d.rb",), ("e/f",)],
    ),
    "rust": (
        """\
use std::io;
use a::{b, c::{self, d as e}, f::*};
use serde;
extern crate libc;
use ::abs::x;
fn f() { tokio::spawn(g()); let r: reqwest::Client = h(); }
// use no::a;
const S: &str = "use no::b;";
""",
        [
            ("std::io",),
            ("a::b", "a::c", "a::c::d", "a::f"),
            ("serde",),
            ("libc",),
            ("abs::x",),
            ("tokio::spawn",),
            ("reqwest::Client",),
        ],
    ),
    "tsx": (
        """\
import type {A} from "m1";
import b = require("m2");
const c = <p>import d from "no"</p>;
""",
        [("m1",), ("m2",)],
    ),
    "typescript": (
        """\
import type {A} from "m1";
import b = require("m2");
import {c} from "./d";
let e: import("m3").F;
""",
        [("m1",), ("m2",), ("./d",), ("m3",)],
    ),
    "vue": (
        """\
<template>
<p>import a from 'no'</p>
</template>
<script setup lang="ts">
import b from 'm1';
</script>
""",
        [("m1",)],
    ),
}


def test_each_language_has_its_forms() -> None:
    """Every language that is read by its syntax says what an import is, and has its forms here."""
    assert set(FORMS) == set(SUFFIXES) == set(QUERIES)


@pytest.mark.parametrize("language", FORMS)
def test_every_form_of_import_is_found_and_nothing_else(language: str) -> None:
    """Each way to import is seen, while a comment, a string and a computed name are no imports."""
    text, names = FORMS[language]
    path = f"src/app/a{SUFFIXES[language][0]}"
    assert [each.names for each in imports_of(path, open_code(path, text.encode()))] == names


def test_an_import_knows_its_lines() -> None:
    """An import spans its whole statement."""
    code = open_code("a.py", b"x = 1\nfrom a import (\n    b,\n    c,\n)\n")
    assert [(each.first, each.last) for each in imports_of("a.py", code)] == [(2, 5)]


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        ("web/src/a.ts", 'import b from "../legacy/b";', ("web/legacy/b",)),
        ("lib/a.rb", "require_relative 'b/c'", ("lib/b/c",)),
        ("src/a.cpp", '#include "../lib/b.h"', ("lib/b.h",)),
        ("kb/app/web/a.py", "from ..db import x", ("kb.app.db", "app.db", "kb.app.db.x", "app.db.x", "db.x")),
    ],
)
def test_a_relative_import_is_placed_in_the_repository(path: str, text: str, places: tuple[str, ...]) -> None:
    """What is named relative to the file is also known by its place below the root."""
    [found] = imports_of(path, open_code(path, text.encode()))
    assert found.places == places


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.scala", "import scala.collection.mutable\n", ["scala.collection.mutable"]),
        ("a.dart", "import 'package:http/http.dart';\n", ["package:http/http.dart"]),
        ("a.swift", "import UIKit\nlet important = 1\n", ["UIKit"]),
        ("a.lua", 'local a = require("socket")\n', ["socket"]),
        ("a.md", "import moment from 'moment'\n", []),
        ("a.json", '{"import": "moment"}\n', []),
    ],
)
def test_other_languages_are_read_as_text(path: str, text: str, names: list[str]) -> None:
    """A language without a grammar is read by the look of its lines; prose and data import nothing."""
    assert [name for each in imports_of(path, open_code(path, text.encode())) for name in each.names] == names


@pytest.mark.parametrize(
    ("value", "path", "text", "name"),
    [
        ("moment", "a.ts", 'import "moment";', "moment"),
        ("moment", "a.ts", 'import "moment/locale/de";', "moment/locale/de"),
        ("moment", "a.ts", 'import "momentum";', ""),
        ("moment", "a.ts", 'import "moment.js";', ""),
        ("moment", "a.ts", 'import "@types/moment";', ""),
        ("moment", "web/a.ts", 'import "./moment";', ""),
        ("moment", "web/a.ts", 'import "../moment/a";', ""),
        ("web/legacy", "web/a.ts", 'import "./legacy/b";', "web/legacy/b"),
        ("fs", "a.ts", 'import "node:fs";', "fs"),
        ("node:fs", "a.ts", 'import "fs";', "fs"),
        ("@acme/*", "a.ts", 'import "@acme/ui/button";', "@acme/ui/button"),
        ("@acme/*", "a.ts", 'import "@acmeco/ui";', ""),
        ("lodash*", "a.ts", 'import "lodash.debounce";', "lodash.debounce"),
        ("google.cloud", "a.py", "from google import cloud", "google.cloud"),
        ("google.cloud", "a.py", "from google import auth", ""),
        ("os", "a.py", "import os.path", "os.path"),
        ("os", "a.py", "import oslo", ""),
        ("app.db", "app/web/a.py", "from ..db import x", "app.db"),
        ("db", "app/web/a.py", "from ..db import x", ""),
        ("std::env", "a.rs", "use std::{env, io};", "std::env"),
        ("serde-json", "a.rs", "use serde_json::Value;", "serde_json::Value"),
        ("Foo\\Bar", "a.php", "<?php\nuse Foo\\Bar\\Baz;", "Foo\\Bar\\Baz"),
        ("System.Text", "a.cs", "using System.Text.Json;", "System.Text.Json"),
        ("System.Text", "a.cs", "using System.TextX;", ""),
        ("github.com/x/y", "a.go", 'package a\nimport "github.com/x/y/v2"', "github.com/x/y/v2"),
        ("boost", "a.cpp", "#include <boost/asio.hpp>", "boost/asio.hpp"),
        ("socket", "a.lua", 'require "socket.http"', "socket.http"),
        ("socket", "a.lua", 'require "sockets"', ""),
    ],
)
def test_a_name_stands_for_what_lies_below_it(value: str, path: str, text: str, name: str) -> None:
    """A forbidden name covers its submodules, never a longer name, nor a file of the repository called like it."""
    code = open_code(path, text.encode())
    [found] = imports_of(path, code)
    assert imported(value, found, code.language) == name
