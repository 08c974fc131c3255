"""How surely edited copies of an announcement are found again, and nothing else, in an archive of others.

Each text of our labelled sets is filed; then copies of it with a share of the sentences replaced are looked
for, as a newly read announcement would be. Found is the copy's own original; anything else is a false one.

    python -m benchmarks.copies
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from analysis.analyse import analyse
from analysis.fingerprint import fingerprint
from analysis.types import Announcement, Article, Publisher
from benchmarks.texts import Sample, altered, samples
from storage.database import Database
from storage.filing import file
from storage.identity import find_match

SHARES = (0.15, 0.3, 0.5, 0.8)
TRIES = 12  # copies of each text and share
NOW = datetime(2026, 7, 1, tzinfo=UTC)
PUBLISHER = Publisher("paper", "A paper", "media")


def original(sample: Sample) -> Announcement:
    """A text as it is filed."""
    address = f"https://{sample.id}.example.org/"
    return analyse(Article(address, sample.title, sample.text, PUBLISHER, NOW, sample.language))


def copied(item: Announcement, text: str) -> Announcement:
    """The same announcement with another text: its facts stay, for an editor changes words."""
    article = replace(item.article, url=f"{item.article.url}copy", text=text)
    return replace(item, article=article, fingerprint=fingerprint(article.title, text))


def outcome(conn: Connection, item: Announcement, origin: int) -> str:
    """Whether a copy is found again: "found", "missed" or "false"."""
    found = find_match(conn, item, NOW).near_copy_of
    return "missed" if found is None else "found" if found == origin else "false"


def measure(database: Database, tries: int = TRIES) -> dict[tuple[str, float], Counter[str]]:
    """Outcomes by language and share."""
    rng = Random(11)  # noqa: S311
    filed, counts = {}, dict[tuple[str, float], Counter[str]]()
    with database.write() as conn:
        for sample in samples():
            item = original(sample)
            filed[sample.id] = (item, file(conn, item, now=NOW, tell=False, max_age=None).announcement_id)
    with database.read() as conn:
        for sample in samples():
            item, origin = filed[sample.id]
            for share in SHARES:
                seen = counts.setdefault((sample.language, share), Counter())
                for _ in range(tries):
                    seen[outcome(conn, copied(item, altered(sample, share, rng)), origin)] += 1
    return counts


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/copies.db")
        database.migrate()
        counts = measure(database)
        database.close()
    print(f"near copies, {len(samples())} texts filed, {TRIES} copies of each; recall and precision")
    print(f"{'sentences replaced':20}" + "".join(f"{share:>16.0%}" for share in SHARES))
    for language in ("zh", "en", "de", "all"):
        cells = []
        for share in SHARES:
            seen: Counter[str] = Counter()
            for (one, other), some in counts.items():
                seen += some if other == share and language in (one, "all") else Counter()
            right, said = seen["found"], seen["found"] + seen["false"]
            cells.append(f"{right / seen.total():>9.4f}{right / said if said else 1:>7.3f}")
        print(f"{language:20}" + "".join(cells))


if __name__ == "__main__":
    main()
