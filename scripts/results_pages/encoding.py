"""How fast transformers are encoded, by library, and what 8 bits cost."""

from __future__ import annotations

from typing import Any

from results_pages.records import Records

NAMES = {
    "sentence-transformers": "`SentenceTransformer.encode`, its defaults",
    "torch": "`--backend torch`",
    "onnx": "`--backend onnx`",
    "onnx-int8": "`--backend onnx-int8`",
}


def encoding_speed(records: Records) -> str:
    """Return the table of texts a second, once that was measured."""
    record = records.encoding["speed"]
    if not record:
        return ""
    lines = [
        f"MiniLM on English dev texts, {_clock(record)}; all ways take turns,",
        f"{record['repeats']} times. *Times the peer*: median of the ratios of one turn (least to",
        "largest). *Cosine*: to the peer's vector, mean and least.",
        "",
        "| texts | characters | way | texts/s | times the peer | cosine |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join(lines + [_row(row) for row in record["rows"]])


def encoding_gain(records: Records) -> str:
    """Return the sentence of README.md on what ONNX Runtime gains."""
    rows = records.encoding["speed"].get("rows", [])
    onnx, int8 = (
        [row["ratio"] for row in rows if row["way"] == way] for way in ("onnx", "onnx-int8")
    )
    if not onnx or not int8:
        return ""
    return (
        "With the extra `onnx`, MiniLM encodes texts on a CPU "
        f"{min(onnx):.1f} to {max(onnx):.1f} times as fast as sentence-transformers does, with the "
        f"same vectors. In 8 bits, which is an option and changes vectors slightly, it is "
        f"{min(int8):.1f} to {max(int8):.1f} times: [encode faster](docs/how-to/encode-faster.md)."
    )


def _clock(record: dict[str, Any]) -> str:
    if record["cpu_seconds"]:  # on a machine that did other things as well
        return f"{record['threads']} thread, by the seconds that the CPU worked"
    return f"{record['threads']} threads of a CPU"


def _row(row: dict[str, Any]) -> str:
    least, largest = row["ratio_range"]
    is_peer = row["way"] == "sentence-transformers"
    cells = [
        f"{row['n']:,} {row['texts']}",
        f"{row['characters']:.0f}",
        NAMES[row["way"]],
        f"{row['texts_a_second']:.0f}",
        "1" if is_peer else f"{row['ratio']:.2f} ({least:.2f} to {largest:.2f})",
        "-" if is_peer else f"{row['cosine_mean']:.4f}, {row['cosine_least']:.4f}",
    ]
    return f"| {' | '.join(cells)} |"


def encoding_cost(records: Records) -> str:
    """Return the table of what classifiers on each backend's vectors score."""
    record = records.encoding["cost"]
    if not record:
        return ""
    lines = [
        f"Accuracy on dev rows of heads trained on {record['labeled']:,} labelled English",
        "sentences: English ones (`logistic`), and Korean ones, carried over to `mini` with",
        f"{record['pairs']:,} pairs.",
        "",
        "| vectors | English | Korean |",
        "|---|---|---|",
    ]
    return "\n".join(lines + [_scores(row) for row in record["rows"]])


def _scores(row: dict[str, Any]) -> str:
    korean = row["carried_to_korean"]
    low, high = korean["interval"]
    return (
        f"| {NAMES[row['way']]} | {row['english_probe']:.3f} (n = {row['english_rows']:,}) "
        f"| {korean['accuracy']:.3f} ({low:.3f} to {high:.3f}) |"
    )
