"""Tests of exifds.crypto.fields."""

import base64
import dataclasses
import itertools
import random
import traceback
from collections.abc import Iterator
from typing import Any, NoReturn

import bson
import pytest
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from exifds.crypto import DataKey, Keyring, State, fields
from exifds.errors import PhotoError, SealError, UsageError
from exifds.photo import Privacy, personal_fields

from .samples import COLLECTION, FIXED, NOW, document, texts

UNFIT = "the seal does not fit: a value was changed, moved or removed"
BOTH = pytest.mark.parametrize("privacy", [Privacy.STANDARD, Privacy.STRICT])


def refused(doc: dict[str, Any], privacy: Privacy = Privacy.STANDARD, collection: str = COLLECTION) -> str:
    """The one message with which all three doors refuse a document."""
    with pytest.raises(SealError) as opened:
        fields.open_(FIXED, collection, doc, privacy=privacy)
    with pytest.raises(SealError) as verified:
        fields.verify(FIXED, collection, doc, privacy=privacy)
    assert str(opened.value) == str(verified.value)
    return str(opened.value)


def independent_decrypt(key: str, token: str) -> bytes:
    """Fernet by its specification (github.com/fernet/spec), from primitives only."""
    raw_key, raw = base64.urlsafe_b64decode(key), base64.urlsafe_b64decode(token)
    signing, encryption = raw_key[:16], raw_key[16:]
    version, iv, ciphertext, tag = raw[0], raw[9:25], raw[25:-32], raw[-32:]
    assert version == 0x80
    check = hmac.HMAC(signing, hashes.SHA256())
    check.update(raw[:-32])
    check.verify(tag)
    decryptor = Cipher(algorithms.AES(encryption), modes.CBC(iv)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def test_independent_decryptor_reads_the_vector_of_the_specification() -> None:
    """The decryptor below is right: it reads verify.json of fernet/spec."""
    key = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
    token = (
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
    )
    assert independent_decrypt(key, token) == b"hello"


@BOTH
def test_tokens_are_pure_fernet(privacy: Privacy) -> None:
    """Anybody with the exported key reads a stored value with one line, or with a decryptor of their own."""
    for number in range(20):
        doc = document(FIXED, number, privacy)
        opened = fields.open_(FIXED, COLLECTION, doc, privacy=privacy)
        key = FIXED.key(doc["_sec"]["k"])
        assert opened
        for name, text in opened.items():
            assert doc[name].startswith("gAAAAA")
            assert Fernet(key).decrypt(doc[name].encode()) == text.encode()
            assert independent_decrypt(key, doc[name]) == text.encode()


def test_sealed_document_has_the_documented_form() -> None:
    """`_sec` holds version, key id, revision and 32 bytes of seal; owner_bx stays as it is."""
    sealed = fields.seal(FIXED, COLLECTION, "file:1", {"owner": "ann"}, owner_bx="ab" * 16, revision=7)
    assert sealed.keys() == {"owner", "owner_bx", "_sec"}
    assert sealed["owner_bx"] == "ab" * 16
    sec = sealed["_sec"]
    assert {name: sec[name] for name in "vkn"} == {"v": 1, "k": "11223344", "n": 7}
    assert sec.keys() == set("vknm")
    assert type(sec["m"]) is bytes
    assert len(sec["m"]) == 32


def test_seal_known_answer() -> None:
    """The seal is what the documentation says, computed here without the code under test."""
    parts = [b"exifds document v1", b"0a1b2c3d", b"monkeys", b"file:1", b"standard", b"11223344", b"1"]
    parts += [b"owner_bx", b"ab"]
    check = hmac.HMAC(b"s" * 32, hashes.SHA256())
    check.update(b"".join(len(part).to_bytes(8, "big") + part for part in parts))
    assert fields.seal(FIXED, "monkeys", "file:1", {}, owner_bx="ab")["_sec"]["m"] == check.finalize()


@given(
    personal=st.dictionaries(st.sampled_from(sorted(personal_fields(Privacy.STANDARD))), st.text()),
    name=st.text(min_size=1),
    collection=st.text(min_size=1),
    revision=st.integers(1, 2**63 - 1),
)
def test_what_was_sealed_opens(personal: dict[str, str], name: str, collection: str, revision: int) -> None:
    """Any Unicode text in any fields of any document comes back exactly."""
    doc: dict[str, Any] = {"_id": name} | fields.seal(FIXED, collection, name, personal, revision=revision)
    assert fields.open_(FIXED, collection, doc) == personal
    fields.verify(FIXED, collection, doc)


def flips(value: str | bytes | int, rng: random.Random, count: int) -> Iterator[str | bytes | int]:
    """The value with one bit flipped, at `count` sampled places."""
    for _ in range(count):
        if isinstance(value, int):
            yield value ^ (1 << rng.randrange(63))
        elif isinstance(value, bytes):
            raw = bytearray(value)
            raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
            yield bytes(raw)
        else:
            at = rng.randrange(len(value))
            yield value[:at] + chr(ord(value[at]) ^ (1 << rng.randrange(8))) + value[at + 1 :]


@BOTH
def test_every_flipped_bit_is_noticed(privacy: Privacy) -> None:
    """Of 3,000 and more bits flipped in tokens, owner_bx and every part of _sec, all are noticed."""
    rng, tried = random.Random(1), 0
    for number in range(40):
        doc = document(FIXED, number, privacy)
        for name in {*fields.sealed_fields(privacy)} & doc.keys():
            for flipped in flips(doc[name], rng, 10):
                refused(doc | {name: flipped}, privacy)
                tried += 1
        for name in "vknm":
            for flipped in flips(doc["_sec"][name], rng, 5):
                refused(doc | {"_sec": doc["_sec"] | {name: flipped}}, privacy)
                tried += 1
    assert tried >= 2000


def test_other_spelling_of_a_token_is_noticed() -> None:
    """Base64 that decodes to the same bytes is still another token."""
    doc = document(FIXED, 1)
    for other in (doc["owner"] + "\n", doc["owner"] + "=", " " + doc["owner"], doc["owner"].encode()):
        assert UNFIT in refused(doc | {"owner": other})


def test_every_swap_within_a_document_is_noticed() -> None:
    """No two fields of a document can change places."""
    doc = document(FIXED, 1)
    names = sorted({*personal_fields(Privacy.STANDARD)} & doc.keys())
    pairs = list(itertools.combinations(names, 2))
    assert len(pairs) == 15
    for one, two in pairs:
        assert UNFIT in refused(doc | {one: doc[two], two: doc[one]})


def test_every_transplant_between_documents_is_noticed() -> None:
    """Between 1,000 random pairs of documents no value, no _sec and no set of values can be moved."""
    rng = random.Random(2)
    docs = [document(FIXED, number) for number in range(60)]
    names = [*fields.sealed_fields(Privacy.STANDARD), "_sec", "_id"]
    for _ in range(1000):
        one, two = rng.sample(docs, 2)
        moved = set(rng.sample(sorted({*names} & two.keys()), rng.randrange(1, 8)))
        assert UNFIT in refused(one | {name: two[name] for name in moved})


def test_document_copied_to_another_place_is_noticed() -> None:
    """The same document under another _id, in another collection or another privacy does not open."""
    doc = document(FIXED, 1)
    fields.verify(FIXED, COLLECTION, doc)
    assert UNFIT in refused(doc | {"_id": "flickr:2"})
    assert UNFIT in refused(doc | {"_id": 1})
    assert UNFIT in refused(doc, collection="apes")
    assert UNFIT in refused(doc, Privacy.STRICT)
    assert UNFIT in refused(document(FIXED, 1, Privacy.STRICT), Privacy.STANDARD)


@BOTH
def test_every_removed_field_is_noticed(privacy: Privacy) -> None:
    """Any sealed fields taken out, set to null or replaced by plain text are noticed."""
    doc = document(FIXED, 1, privacy)
    names = sorted({*fields.sealed_fields(privacy)} & doc.keys())
    subsets = [c for size in range(1, len(names) + 1) for c in itertools.combinations(names, size)]
    for removed in subsets:
        assert UNFIT in refused({k: v for k, v in doc.items() if k not in removed}, privacy)
    for name, value in itertools.product(names, (None, "", "plain", 5, ["plain"], {"a": 1})):
        assert UNFIT in refused(doc | {name: value}, privacy)


@BOTH
def test_every_added_field_is_noticed(privacy: Privacy) -> None:
    """A token, plain text or null in a field that was absent is noticed, also where nothing was personal."""
    empty: dict[str, Any] = {"_id": "flickr:1"}
    empty |= fields.seal(FIXED, COLLECTION, "flickr:1", {}, privacy=privacy)
    token = document(FIXED, 2)["owner"]
    fields.verify(FIXED, COLLECTION, empty, privacy=privacy)
    assert fields.open_(FIXED, COLLECTION, empty, privacy=privacy) == {}
    for doc in (empty, document(FIXED, 1, privacy)):
        for name in {*fields.sealed_fields(privacy)} - doc.keys():
            for value in (token, "plain", None, ["plain"]):
                assert UNFIT in refused(doc | {name: value}, privacy)


def test_plain_title_may_look_like_a_token_under_standard() -> None:
    """What is not personal is not sealed: a title can be edited, and a hostile one does no harm."""
    doc = document(FIXED, 1)
    for title in ("Monkey", doc["owner"], "gAAAAA", None):
        fields.verify(FIXED, COLLECTION, doc | {"title": title})
    assert "title" not in fields.open_(FIXED, COLLECTION, doc | {"title": doc["owner"]})


@pytest.mark.parametrize("sec", [None, "text", 5, [], {}, {"v": 1}])
def test_document_without_a_whole_sec_is_refused(sec: Any) -> None:
    """A `_sec` that is absent, incomplete or of another form never passes."""
    doc = document(FIXED, 1)
    assert UNFIT in refused(doc | {"_sec": sec})
    del doc["_sec"]
    assert UNFIT in refused(doc)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *itertools.product("v", [True, 1.0, 0, -1, "1", None]),
        *itertools.product("n", [True, 1.0, "1", None, 0, 2, 2**70]),
        *itertools.product("k", [5, "x" * 8, "11223344\n", ["11223344"], None]),
        *itertools.product("m", ["text", b"", None, "é"]),
        ("more", 1),
    ],
)
def test_odd_sec_is_refused(name: str, value: Any) -> None:
    """A `_sec` with a part of another type, of another value, or too many, never passes."""
    doc = document(FIXED, 1)
    assert UNFIT in refused(doc | {"_sec": doc["_sec"] | {name: value}})


def test_document_opens_after_its_way_through_bson() -> None:
    """What MongoDB gives back of a sealed document opens, also with a revision beyond 32 bits."""
    doc = {"_id": "file:1"} | fields.seal(FIXED, COLLECTION, "file:1", {"owner": "Zoë"}, revision=2**40)
    assert fields.open_(FIXED, COLLECTION, bson.decode(bson.encode(doc))) == {"owner": "Zoë"}


def test_document_without_id_is_refused() -> None:
    """A projection that dropped `_id` cannot be verified."""
    doc = document(FIXED, 1)
    del doc["_id"]
    assert UNFIT in refused(doc)


def test_half_a_character_in_a_document_is_refused() -> None:
    """A value that UTF-8 cannot hold was never sealed."""
    assert UNFIT in refused(document(FIXED, 1) | {"owner": "\ud800"})


def test_newer_format_asks_for_an_upgrade() -> None:
    """A document of a later release is not called changed."""
    doc = document(FIXED, 1)
    doc["_sec"] |= {"v": 2}
    assert "sealed by a newer exifds (format 2): upgrade exifds" in refused(doc)


def test_missing_key_is_named() -> None:
    """Where the keyring lacks the key, the message says which one the document needs."""
    doc = document(Keyring.create(NOW), 1)
    kid = doc["_sec"]["k"]
    assert refused(doc).startswith(f"document 'flickr:1' needs data key {kid}; keyring 0a1b2c3d does not")


def test_retired_key_is_named() -> None:
    """A document under a retired key is not called changed."""
    retired = DataKey("11223344", State.RETIRED, NOW, b"d" * 32)
    newer = DataKey("99887766", State.PRIMARY, NOW, b"n" * 32)
    keyring = dataclasses.replace(FIXED, keys=(retired, newer))
    with pytest.raises(SealError, match="needs data key 11223344; data key 11223344 is retired"):
        fields.open_(keyring, COLLECTION, document(FIXED, 1))


@pytest.mark.parametrize("state", [State.STAGED, State.DECRYPT])
def test_key_that_no_longer_or_not_yet_encrypts_still_opens(state: State) -> None:
    """During a rotation documents open under the old and the new key; new ones use the primary."""
    newer = DataKey("99887766", State.PRIMARY, NOW, b"n" * 32)
    keyring = dataclasses.replace(FIXED, keys=(dataclasses.replace(FIXED.primary, state=state), newer))
    assert fields.open_(keyring, COLLECTION, document(FIXED, 1)) == texts(1, random.Random(1))
    assert document(keyring, 1)["_sec"]["k"] == "99887766"


def test_token_of_another_key_under_a_fitting_seal_is_refused() -> None:
    """A token that its key does not open is an error even where the seal fits, never the raw value."""
    doc = document(FIXED, 1)
    other = dataclasses.replace(FIXED, keys=(dataclasses.replace(FIXED.primary, secret=b"e" * 32),))
    fields.verify(other, COLLECTION, doc)
    with pytest.raises(SealError, match=UNFIT):
        fields.open_(other, COLLECTION, doc)


def test_equal_texts_give_different_tokens() -> None:
    """10,000 encryptions of one text are 10,000 tokens."""
    tokens = {
        token
        for _ in range(2000)
        for name, token in fields.seal(
            FIXED, COLLECTION, "file:1", dict.fromkeys(list(personal_fields())[:5], "ann")
        ).items()
        if name != "_sec"
    }
    assert len(tokens) == 10_000


@pytest.mark.parametrize(
    ("privacy", "personal", "message"),
    [
        (Privacy.STANDARD, {"title": "canary"}, "not stored encrypted under standard privacy: title"),
        (Privacy.STANDARD, {"views": "1", "_id": "canary"}, "under standard privacy: _id, views"),
        (Privacy.STRICT, {"owner": "canary"}, "not stored encrypted under strict privacy: owner"),
        (Privacy.OPEN, {}, "documents of open privacy are not sealed"),
    ],
)
def test_only_what_the_privacy_stores_encrypted_is_sealed(
    privacy: Privacy, personal: dict[str, str], message: str
) -> None:
    """A field that is plain, or not kept at all, under this privacy is a mistake of the caller."""
    with pytest.raises(UsageError, match=message) as caught:
        fields.seal(FIXED, COLLECTION, "file:1", personal, privacy=privacy)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("revision", [0, -1, 2**63])
def test_revision_is_one_that_bson_holds(revision: int) -> None:
    """Revisions count from 1 and fit 64 bits."""
    with pytest.raises(UsageError, match="revision of 1 to"):
        fields.seal(FIXED, COLLECTION, "file:1", {}, revision=revision)


def test_half_a_character_is_not_sealed() -> None:
    """A text that UTF-8 cannot hold costs the photo."""
    with pytest.raises(PhotoError, match="owner holds half a character"):
        fields.seal(FIXED, COLLECTION, "file:1", {"owner": "\ud800"})


class _Forgetful(Fernet):
    """A cipher with a defect: it gives back something else."""

    def decrypt(self, token: bytes | str, ttl: int | None = None) -> bytes:
        return super().decrypt(token, ttl)[:-1]


class _Broken(Fernet):
    """A cipher with a defect: it cannot read what it wrote."""

    def decrypt(self, token: bytes | str, ttl: int | None = None) -> NoReturn:
        raise InvalidToken


@pytest.mark.parametrize("defect", [_Forgetful, _Broken])
def test_value_that_would_not_come_back_is_never_stored(defect: type[Fernet]) -> None:
    """What is stored decrypts to what was read: each token is opened again before it is returned."""

    @dataclasses.dataclass(frozen=True)
    class Defective(Keyring):
        def fernet(self, kid: str) -> Fernet:
            return defect(self.key(kid))

    keyring = Defective(FIXED.id, FIXED.keys, FIXED.seal_key, FIXED.index_key)
    with pytest.raises(SealError, match="owner did not decrypt to what was encrypted; not stored") as caught:
        fields.seal(keyring, COLLECTION, "file:1", {"owner": "canary"})
    assert "canary" not in str(caught.value)


def test_no_value_and_no_token_in_any_message() -> None:
    """However a document is broken, message and traceback hold no text, no token and no key."""
    doc = document(FIXED, 1)
    secrets = {*fields.open_(FIXED, COLLECTION, doc).values()}
    secrets |= {doc[name] for name in secrets & doc.keys()} | {FIXED.key("11223344"), "ssss"}
    broken = [
        doc | {"owner": doc["owner_name"]},
        doc | {"owner": "Zoë 1"},
        doc | {"owner": "\ud800"},
        doc | {"_sec": doc["_sec"] | {"k": "deadbeef"}},
        doc | {"_sec": None},
    ]
    for one in broken:
        with pytest.raises(SealError) as caught:
            fields.open_(FIXED, COLLECTION, one)
        shown = "".join(traceback.format_exception(caught.value))
        assert "'flickr:1'" in shown
        assert not any(secret in shown for secret in secrets)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
