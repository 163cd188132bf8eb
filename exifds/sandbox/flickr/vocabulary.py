"""Vocabulary: the words of the sandbox's members, in many scripts, and texts that break careless readers."""

# ruff: noqa: RUF001 - letters of other scripts look like Latin ones
from typing import Final

__all__ = ["ANIMALS", "HOSTILE", "LABELS", "LANGUAGES", "MEMBERS", "NAMES", "PHRASES", "REMARKS", "WILD"]

LABELS: Final = ("indoor", "outdoor")
"""The tag of the class, by y; every photo carries one."""
ANIMALS: Final = ("monkey", "cat", "dog")
"""The concepts, by their number."""

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "en": ANIMALS,
    "de": ("Affe", "Katze", "Hund"),
    "fr": ("singe", "chat", "chien"),
    "es": ("mono", "gato", "perro"),
    "ja": ("サル", "猫", "犬"),
    "zh": ("猴子", "貓咪", "狗狗"),
    "ar": ("قرد", "قطة", "كلب"),
    "ru": ("обезьяна", "кошка", "собака"),
    "hi": ("बंदर", "बिल्ली", "कुत्ता"),
    "he": ("קוף", "חתול", "כלב"),
    "el": ("μαϊμού", "γάτα", "σκύλος"),
    "ko": ("원숭이", "고양이", "강아지"),
    "th": ("ลิง", "แมว", "สุนัข"),
}
"""What each language calls the animals; only photos of that language carry the word."""
LANGUAGES: Final = tuple(NAMES)

WILD: Final = "wild"
"""A tag that every photo carries: the search that finds all."""

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "en": ("A {} in the forest", "Close-up of our {}"),
    "de": ("Ein {} im Wald", "{} aus der Nähe – schön!"),
    "fr": ("Un {} dans la forêt", "L’œil du {}, de près"),
    "es": ("Un {} en el bosque", "¡Mañana con el {}!"),
    "ja": ("森の {}", "近くで見る {}"),
    "zh": ("森林裡的 {}", "近看 {}"),
    "ar": ("{} في الغابة", "صورة {} عن قرب"),
    "ru": ("{} в лесу", "Наш любимый {}"),
    "hi": ("जंगल में {}", "हमारा {}"),
    "he": ("{} ביער", "מבט קרוב על {}"),
    "el": ("{} στο δάσος", "Από κοντά: {}"),
    "ko": ("숲 속의 {}", "가까이서 본 {}"),
    "th": ("{} ในป่า", "ภาพใกล้ของ {}"),
}

MEMBERS: Final = (
    "Ada Ash", "Jörg Müßig", "Chloé Lefèvre", "Íñigo Peña", "山田 花子", "王小明", "ليلى حداد", "Юлия Ёлкина",
    "अनिल शर्मा", "נועה לוי", "Γιώργος Νικολάου", "김민준", "สมชาย ใจดี", "Þóra Æsirsdóttir",
)  # fmt: skip
"""Real names of members, one per script and more."""

REMARKS: Final = (
    "Great shot!",
    "Wunderschön 😍",
    "すばらしい！",
    "رائع جدا",
    "Отлично",
    "<b>Nice</b> &amp; sharp",
)

HOSTILE: Final = (
    "$where",
    '{"$gt": ""}',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "-rf /",
    "<script>alert('x')</script>",
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "'; DROP TABLE photos; --",
    "{{7*7}} ${7*7} %s %n",
    "\u202egnp.exe",
    "nul\x00byte and \\u0000",
    "\x1b[31mred\x1b[0m\x07",
    "line\nbreak\r\nand\ttab",
    "lone \ud83d surrogate",
    "👩‍👩‍👧‍👦 🏳️‍🌈 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "Z̴̢͎̄a̷͖̐l̵̥͝g̶͕̈́o̸̞͝ e\u0301",
    "\u200b\ufeff\u2060",
    "null",
    "__proto__",
    "&lt;![CDATA[ ]]&gt; & \" '",
    "]]>",
    "long " * 100,
    "   ",
)
"""Texts that look like operators, formulas, markup, paths or nothing, or that no encoding likes."""
