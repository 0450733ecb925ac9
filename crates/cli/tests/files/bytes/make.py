"""Writes the files whose bytes an editor does not show: encodings, compression, foreign formats, line ends.

python3 make.py, in this folder; it needs the command zstd beside the standard library. The right answers are in ../it/files.rs.
"""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import zipfile

LINE = "x,y\n1,3\n2,5\n3,7\n4,9\n"  # y = 1 + 2 x
HALVES = LINE[:12].encode(), LINE[12:].encode()


def write(name, content):
    with open(name, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def zstd(content):
    return subprocess.run(["zstd", "-q", "-c", "--check"], input=content, capture_output=True, check=True).stdout


def gz(content):
    return gzip.compress(content, mtime=0)


def archive(names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in names.items():
            file.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as file:
        info = tarfile.TarInfo("line.csv")
        info.size = len(LINE)
        file.addfile(info, io.BytesIO(LINE.encode()))
    return out.getvalue()[:1536]


# Encodings.
write("utf8_mark.csv", b"\xef\xbb\xbf" + LINE.encode())
write("utf8_mark_twice.csv", b"\xef\xbb\xbf" + '"\ufeffx",y\n'.encode() + LINE[4:].encode())
write("utf16le_mark.csv", b"\xff\xfe" + LINE.encode("utf-16-le"))
write("utf16be_mark.csv", b"\xfe\xff" + LINE.encode("utf-16-be"))
write("utf16le.csv", LINE.encode("utf-16-le"))
write("utf16be.csv", LINE.encode("utf-16-be"))
write("utf16_semicolons_crlf.csv", b"\xff\xfe" + LINE.replace(",", ";").replace("\n", "\r\n").encode("utf-16-le"))
write("utf16_odd.csv", LINE.encode("utf-16-le") + b"5")
write("utf16_surrogate.csv", ("x,n,y\n1,a,3\n2,".encode("utf-16-le") + b"\x00\xd8" + ",5\n3,b,7\n".encode("utf-16-le")))
write("utf32.csv", b"\xff\xfe\0\0" + LINE.encode("utf-32-le"))
write("latin1_header.csv", "größe,y\n1,3\n2,5\n3,7\n".encode("latin-1"))
write("windows1252_value.csv", "x,price,y\n1,a,3\n2,5 €,5\n3,a,7\n".encode("cp1252"))
write("shift_jis.csv", "身長,y\n1,3\n2,5\n3,7\n".encode("shift_jis"))

# Line ends.
write("cr.csv", LINE.replace("\n", "\r"))
write("cr_quoted_lf.csv", 'note,x,y\r"two\nlines",1,3\rb,2,5\rc,3,7\r')
write("crlf.csv", LINE.replace("\n", "\r\n"))
write("cr_cr_lf.csv", LINE.replace("\n", "\r\r\n"))
write("cr_no_end.csv", LINE.replace("\n", "\r")[:-1])

# Zero bytes.
write("zero_value.csv", "x,y\n1,3\n2,\x005\n3,7\n")
write("zero_padding.csv", LINE + "\0" * 40)
write("zero_header.csv", "x\0,y\n1,3\n2,5\n")

# Compression.
for name, pack in {"gz": gz, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}.items():
    write(f"line.csv.{name}", pack(LINE.encode()))
    write(f"two.csv.{name}", pack(HALVES[0]) + pack(HALVES[1]))
    write(f"cut.csv.{name}", pack(LINE.encode())[:-9])
write("skippable.csv.zst", b"\x53\x2a\x4d\x18\x03\0\0\0abc" + zstd(LINE.encode()) + b"\x50\x2a\x4d\x18\0\0\0\0")
write("checksum.csv.zst", zstd(LINE.encode())[:-1] + b"!")
write("named_otherwise.csv", gz(LINE.encode()))
write("utf16.csv.gz", gz(b"\xff\xfe" + LINE.encode("utf-16-le")))
write("unclosed.csv.xz", lzma.compress(b'x,g,y\n1,a,3\n2,"b,5\n3,c,7\n'))
write("twice.csv.gz", gz(gz(LINE.encode())))

# Files of other kinds.
write("book.xlsx", archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}))
write("letter.docx", archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}))
write("book.ods", archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))
write("line.zip", archive({"line.csv": LINE}))
write("arrays.npz", archive({"x.npy": b"\x93NUMPY\1\0"}))
write("book.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 24 + b">\0\3\0\xfe\xff\t\0")
write("line.parquet", b"PAR1\x15\x04\x15\x20\x15\x20L\x15\4\x15\0\0\0PAR1")
write("line.arrow", b"ARROW1\0\0\xff\xff\xff\xff\x98\0\0\0\x10\0\0\0")
write("line.npy", b"\x93NUMPY\x01\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n")
write("line.sqlite", b"SQLite format 3\0\x10\0\1\1\0@  ")
write("line.h5", b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0")
write("line.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
write("line.rds", gz(b"X\n\0\0\0\3\0\4\3\1\0\3\5\0"))
write("line.tar", tar())
write("line.tar.gz", gz(tar()))
write("noise.dat", bytes((i * 73 + 19) % 256 for i in range(600)))
