"""Texts of every kind that a box may be given: of all scripts, and those by which programs trip."""

from __future__ import annotations

import random

MADE = [
    "Ελληνικά, українська, ქართული, հայերեն",
    "العربية שלום \u200fעברית\u200e",
    "中文 日本語 한국어 ไทย हिन्दी",
    "👩‍👩‍👧 🇫🇷 1️⃣ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🫨",
    "e\u0301te\u0301 Ａ ﬁ ½ K\u030a \u212b",
    "W" * 150,
    "https://example.org/" + "a" * 120,
    "=1+1",
    "+49 30 1234",
    "-2",
    "@SUM(A1)",
    "\t=cmd|'/c calc'!A0",
    "＝1+1",
    "'=1",
    "# Heading **bold** _x_ [link](javascript:alert(1)) `code` ![a](b)",
    "<script>alert(1)</script> &amp; &lt; \"quoted\" 'single' </textarea> <!-- x -->",
    "{{ request }} {% load x %} %(name)s %s {0} $x \\n #let x = 1 @ref <label> *_$",
    "Subject: x\r\nBcc: victim@example.org\r\n\r\nHello",
    "\r\n\r\n.\r\nMAIL FROM:<x>",
    "From here on\nFrom there on",
    "a\x00b\x07c\x1bd\x7f",
    "\ufeffmark \u200bzero \u202ereversed\u202c \u2066isolated\u2069",
    "\ue000\uf0b7 private \U000f0000",
    "half \ud83d of one, \udc00",
    "\ufffe\uffff\U0001ffff",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "_x0041_ _x000D_ &#10; &#x41; \\u0041 %41 =41",
    "NULL null None undefined NaN true 00012 1e5 1,5",
    "' OR 1=1; -- \\' \\\\",
    "[[code:aaaaaaaaaaaaaaaaaaaa]] [[link:objectionobjectionto]]",
    "z̷̢a̶l̵g̴o̸ " + "a" + "\u0301" * 30,
    "x",
    "  blanks  inside   and around  ",
    "ᚠ 𐤀 𝟙 ꙮ ﷽",
]
LETTERS = [(0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x52F), (0x590, 0x6FF), (0x4E00, 0x9FFF), (0x1F300, 0x1F6FF)]


def any_texts(count: int, *, seed: int) -> list[str]:
    """Return those above, and as many more, mixed, as are wanted; the same for the same seed."""
    chance = random.Random(seed)
    return MADE + [_mixed(chance) for _number in range(count - len(MADE))]


def _mixed(chance: random.Random) -> str:
    parts = [
        chance.choice(MADE)[:40],
        _letters(chance),
        chance.choice("\n\t\r=+-@<>&'\"\\\0\u200d\ud800"),
        "x",
    ]
    chance.shuffle(parts)
    return "".join(parts)


def _letters(chance: random.Random) -> str:
    return "".join(chr(chance.randint(*chance.choice(LETTERS))) for _letter in range(chance.randint(0, 30)))
