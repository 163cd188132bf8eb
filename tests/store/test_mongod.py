"""The mongod program: which one, how it is called, what its end means."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exifds.errors import MissingExtraError, MongodError
from exifds.store.embedded import exits, mongod


def test_exifds_mongod_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXIFDS_MONGOD names the program, by path or by a name on PATH."""
    monkeypatch.setenv("EXIFDS_MONGOD", "/bin/true")
    assert Path("/bin/true") == mongod.find_mongod()
    monkeypatch.setenv("EXIFDS_MONGOD", "true")
    assert mongod.find_mongod().name == "true"
    assert mongod.find_mongod().is_absolute()


def test_exifds_mongod_that_points_nowhere_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong EXIFDS_MONGOD is an error that names the variable, not a reason to take another mongod."""
    monkeypatch.setenv("EXIFDS_MONGOD", "/nowhere/mongod")
    with pytest.raises(MongodError, match="EXIFDS_MONGOD is /nowhere/mongod"):
        mongod.find_mongod()


def test_path_comes_before_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mongod on PATH is the user's choice and wins over the wheel's; without one the wheel's is found."""
    monkeypatch.delenv("EXIFDS_MONGOD", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert mongod.find_mongod().parts[-4:] == ("fiftyone", "db", "bin", "mongod")
    (tmp_path / "mongod").symlink_to("/bin/true")
    assert mongod.find_mongod() == tmp_path / "mongod"


def test_no_mongod_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no mongod at all, the message is the pip command."""
    monkeypatch.delenv("EXIFDS_MONGOD", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(mongod, "WHEELS", ("no-such-distribution",))
    with pytest.raises(MissingExtraError, match=r"pip install 'exifds\[embedded\]'"):
        mongod.find_mongod()


def test_a_mongod_that_loads_borrows_nothing(tmp_path: Path) -> None:
    """With the system's libraries in place, no link is made and no variable is set."""
    program = tmp_path / "mongod"
    program.write_text("#!/bin/sh\necho db version v7.0.1\n")
    program.chmod(0o755)
    assert mongod.load(program, tmp_path / "lib") == mongod.Binary(program, "7.0.1", {})
    assert not (tmp_path / "lib").exists()


def test_missing_libraries_are_borrowed_one_by_one(tmp_path: Path) -> None:
    """A program whose loader lacks libraries gets links to pycurl's, until it loads."""
    # a program with the loader's own words: it wants two libraries under LD_LIBRARY_PATH
    program = tmp_path / "mongod"
    program.write_text(
        "#!/bin/sh\n"
        "for lib in libcurl.so.4 libssl.so.3; do\n"
        '  [ -e "${LD_LIBRARY_PATH%%:*}/$lib" ] || {\n'
        '    echo "mongod: error while loading shared libraries: $lib: cannot open shared object file" >&2\n'
        "    exit 127\n  }\ndone\n"
        "echo db version v6.0.5\n",
    )
    program.chmod(0o700)
    binary = mongod.load(program, tmp_path / "lib")
    assert sorted(link.name for link in (tmp_path / "lib").iterdir()) == ["libcurl.so.4", "libssl.so.3"]
    assert all(link.resolve().parent.name == "pycurl.libs" for link in (tmp_path / "lib").iterdir())
    assert binary.env["LD_LIBRARY_PATH"].startswith(f"{tmp_path / 'lib'}:")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo 'm: error while loading shared libraries: libzz.so.1: cannot open shared object' >&2",
            "a system library is missing .*libzz.so.1.*EXIFDS_MONGOD",
        ),
        ("kill -ILL $$", "this processor lacks instructions"),
        ("exit 0", "it may be no mongod"),
        ('echo "libc.so.6: version GLIBC_2.99 not found" >&2; exit 1', "the system is older"),
    ],
)
def test_a_mongod_that_does_not_load_is_explained(tmp_path: Path, script: str, words: str) -> None:
    """A program that cannot run here is an error that says why and what to do."""
    program = tmp_path / "mongod"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    with pytest.raises(MongodError, match=words):
        mongod.load(program, tmp_path / "lib")


def test_a_file_of_another_machine_is_explained(tmp_path: Path) -> None:
    """What the system cannot execute is said to be made for another machine."""
    program = tmp_path / "mongod"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o700)
    with pytest.raises(MongodError, match="not a program for this machine"):
        mongod.load(program, tmp_path / "lib")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (
            "x: error while loading shared libraries: libcurl.so.4: cannot open shared object file",
            "libcurl.so.4",
        ),
        ("x: error while loading shared libraries: /a/lib.so: cannot open shared object file", None),
        ("/lib/libc.so.6: version `GLIBC_2.36' not found", None),
        ("", None),
    ],
)
def test_missing_library(words: str, name: str | None) -> None:
    """The loader's words name the library that is missing, if that is what is wrong."""
    assert mongod.missing_library(words) == name


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("libcurl.so.4", "libcurl-330bcbb6.so.4.8.0"),
        ("libssl.so.3", "libssl-8b66dd34.so.3"),
        ("libcurl.so.5", None),
        ("libcurl-gnutls.so.4", None),
        ("libnghttp3.so.9", None),
    ],
)
def test_bundled_library(wanted: str, found: str | None) -> None:
    """A borrowed library has the very name and version that is missing."""
    files = [
        Path(name) for name in ("libcurl-330bcbb6.so.4.8.0", "libssl-8b66dd34.so.3", "libnghttp3-d4b9.so.95")
    ]
    assert mongod.bundled_library(wanted, files) == (Path(found) if found else None)


def test_command_listens_on_one_socket_only() -> None:
    """The call binds a socket path and nothing else, and turns server-side JavaScript off."""
    call = mongod.command(Path("/m"), Path("/d"), Path("/r/m.sock"), Path("/l"))
    assert call[call.index("--bind_ip") + 1] == "/r/m.sock"
    assert {"--nounixsocket", "--noscripting"} <= set(call)
    assert "--port" not in call


@pytest.mark.parametrize(
    ("last", "binary", "refused"),
    [
        (None, "6.0.5", False),
        ("6.0.5", "6.0.5", False),
        ("6.0.27", "6.0.5", False),
        ("5.0.9", "6.0.5", False),
        ("7.0.1", "6.0.5", True),
        ("6.1.0", "6.0.5", True),
        ("10.0.0", "9.3.0", True),
        ("nonsense", "6.0.5", False),
    ],
)
def test_a_newer_data_directory_is_refused(last: str | None, binary: str, refused: bool) -> None:
    """A directory that a newer series (major.minor) has used is refused; a newer patch is not."""
    if refused:
        with pytest.raises(MongodError, match="newer than"):
            mongod.check_version(last, mongod.Binary(Path("/m"), binary))
    else:
        mongod.check_version(last, mongod.Binary(Path("/m"), binary))


def entry(severity: str, words: str, /, **attr: object) -> str:
    """Write one line as mongod 6.0.5 does."""
    return json.dumps({"t": {"$date": "2026"}, "s": severity, "c": "X", "msg": words, "attr": attr})


IN_USE = entry(
    "E",
    "DBException in initAndListen, terminating",
    error="DBPathInUse: Unable to lock the lock file: d/mongod.lock (Resource temporarily unavailable).",
)
DAMAGED = "\n".join(
    [
        entry(
            "E",
            "WiredTiger error message",
            message={
                "msg": "__desc_read:347:File WiredTiger.wt is smaller",
                "error_str": "WT_ERROR: non-specific",
            },
        ),
        entry("F", "Please read the documentation for starting MongoDB with --repair here: http://x"),
        entry("F", "Fatal assertion", msgid=50944),
        entry("F", "\n\n***aborting after fassert() failure\n\n"),
    ],
)
FULL = entry("F", "Terminating.", reason="28: No space left on device")


@pytest.mark.parametrize(
    ("code", "log", "words"),
    [
        (100, IN_USE, ["exit 100", "another mongod uses the data directory", "DBPathInUse"]),
        (14, DAMAGED, ["exit 14", "the data files are damaged", "WiredTiger.wt is smaller", "backup"]),
        (-6, DAMAGED, ["exit 14", "the data files are damaged"]),
        (14, FULL, ["the disk is full", "make room"]),
        (14, entry("F", "Terminating.", reason="24: Too many open files"), ["ulimit -n"]),
        (100, entry("E", "x", error={"errmsg": "Permission denied"}), ["may not be written", "EXIFDS_HOME"]),
        (100, entry("E", "x", error="Read-only file system"), ["is read-only"]),
        (
            62,
            entry("F", "UPGRADE PROBLEM"),
            ["another version of MongoDB", "EXIFDS_MONGOD", "UPGRADE PROBLEM"],
        ),
        (48, entry("E", "Failed to set up listener", error="Address already in use"), ["socket is taken"]),
        (2, "Error parsing command line: unrecognised option '--foo'", ["unrecognised option '--foo'"]),
        (
            127,
            "m: error while loading shared libraries: libcurl.so.4: x",
            ["libcurl.so.4", "apt install libcurl4"],
        ),
        (126, "", ["not a program for this machine"]),
        (-4, "", ["AVX"]),
        (132, "", ["AVX"]),
        (-9, "", ["memory"]),
        (137, "", ["memory"]),
        (-15, "", ["asked to stop"]),
        (77, "", ["exit 77", "see the end of its log"]),
    ],
)
def test_explain_exit(code: int, log: str, words: list[str]) -> None:
    """Each way to end is one line that says what is wrong, in mongod's own words too, and what to do."""
    sentence = exits.explain_exit(code, log)
    assert [word for word in words if word not in sentence] == []
    assert sentence.startswith("mongod did not start (exit ")
    assert "\n" not in sentence


def test_a_long_error_is_cut() -> None:
    """Whatever the log holds, its part of the message has at most 300 characters."""
    assert len(exits.last_error(entry("E", "x" * 5000))) == 300
    assert exits.last_error('[1]\n"text"\n{"s": "E"}') == ""


def test_log_since(tmp_path: Path) -> None:
    """Of a log, what came after an offset is read, its last 64 kB at most, and all of it after a rotation."""
    log = tmp_path / "log"
    log.write_bytes(b"old new\xff")
    assert exits.log_since(log, 4) == "new\ufffd"
    assert exits.log_since(log, 100) == "old new\ufffd"
    log.write_bytes(bytes(100_000))
    assert len(exits.log_since(log, 0)) == 65536


MOUNTS = [
    ("/", "ext4"),
    ("/home", "nfs4"),
    ("/home/me/local", "xfs"),
    ("/", "overlay"),
    ("/mnt", "fuse.sshfs"),
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data", "overlay"),
        ("/home/me", "nfs4"),
        ("/home/me/local/x", "xfs"),
        ("/homes", "overlay"),
        ("/mnt/a", "fuse.sshfs"),
    ],
)
def test_filesystem_type_is_that_of_the_innermost_mount(path: str, kind: str) -> None:
    """The longest mount point above a path decides; of two on one point, the later."""
    assert mongod.filesystem_type(Path(path), MOUNTS) == kind


def test_filesystem_type_of_this_machine() -> None:
    """The system is asked where no mounts are given; an unknown place has no type."""
    assert mongod.filesystem_type(Path("/proc/self")) == ("proc" if os.path.ismount("/proc") else "")
    assert mongod.filesystem_type(Path("/x"), []) == ""


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "glusterfs", "ceph", "9p", "lustre"]
)
def test_network_file_systems(kind: str) -> None:
    """File systems of other machines are known by name."""
    assert mongod.is_network(kind)


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "fuse.ntfs-3g", ""]
)
def test_local_file_systems(kind: str) -> None:
    """A local file system gives no warning."""
    assert not mongod.is_network(kind)


def test_the_wheel_needs_no_import_of_fiftyone() -> None:
    """The wheel's mongod is found without importing anything of it or of pycurl."""
    script = (
        "import sys; from exifds.store.embedded import mongod; mongod.find_mongod();"
        "print(sorted({'fiftyone', 'pycurl', 'psutil', 'pymongo'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
