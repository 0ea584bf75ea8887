"""WARC and ARC files of any program, read front to back: bytes in, captures out."""

from archiver.sources.warc.captures import RecordFile, read_captures

__all__ = ["RecordFile", "read_captures"]
