"""Ways to damage the bytes of a file, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st


def flip(data, place, bit):
    position = place % len(data)
    return data[:position] + bytes([data[position] ^ (1 << bit)]) + data[position + 1 :]


def cut(data, place, _):
    return data[: place % len(data)]


def write_over(data, place, byte):
    position = place % len(data)
    return data[:position] + bytes([byte * 36]) * 8 + data[position + 8 :]


def put_in(data, place, byte):
    position = place % len(data)
    return data[:position] + bytes([32 + byte * 13]) * 3 + data[position:]


def leave_out(data, place, count):
    position = place % len(data)
    return data[:position] + data[position + 1 + count :]


def repeat(data, place, count):
    position = place % len(data)
    return data[:position] + data[position : position + 40] * (count + 1) + data[position:]


DAMAGE = st.lists(
    st.tuples(
        st.sampled_from([flip, cut, write_over, put_in, leave_out, repeat]),
        st.integers(0, 2**20),
        st.integers(0, 7),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data, damage):
    """Return bytes after each of some changes."""
    for change, place, detail in damage:
        data = change(data, place, detail) if data else data
    return data
