"""What understanding costs: milliseconds for 1,000 characters, growth with the length, loading of the data.

python -m benchmarks.analysis
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from analysis.analyse import analyse
from analysis.types import Article, Language, Publisher

ROUNDS = 9
SAMPLES: dict[Language, str] = {
    "zh": (
        "宁波市商务局联合工商银行发放数字人民币消费券2000万元，共10万份，自2023年5月1日起使用。"
        "市民可在指定的3600家商户使用硬钱包付款，活动持续至6月30日。\n"
        "据介绍，全市已开立个人钱包210万个，累计交易金额突破58亿元，同比增长37%。\n"
    ),
    "en": (
        "Ningbo will hand out 20 million yuan in digital yuan vouchers from May 1, 2023, together with ICBC. "
        "Residents may pay with hardware wallets at 3,600 merchants until June 30.\n"
        "The city has opened 2.1 million wallets, with transactions above 5.8 billion yuan, up 37 percent.\n"
    ),
    "de": (
        "Ningbo verteilt ab dem 1. Mai 2023 gemeinsam mit der ICBC Gutscheine über 20 Mio. digitale Yuan. "
        "Bezahlt werden kann bei 3.600 Händlern bis zum 30. Juni mit Hardware-Wallets.\n"
        "Die Stadt zählt 2,1 Millionen Wallets, der Umsatz stieg um 37 Prozent auf 5,8 Milliarden Yuan.\n"
    ),
}
LOADING = """
import time
def memory():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
import ahocorasick_rs, opencc, yaml, rensa, dateparser
from analysis.analyse import analyse
from analysis.types import Article, Publisher
bare, begun = memory(), time.process_time()
analyse(Article("https://a.example", "宁波启动数字人民币试点", "宁波市启动。", Publisher("a", "A", "media")))
print(time.process_time() - begun, memory() - bare)
"""


def article(language: Language, length: int) -> Article:
    """Text of `length` characters, sentence after sentence of the sample of a language."""
    sample = SAMPLES[language]
    text = (sample * (length // len(sample) + 1))[:length]
    title = sample.split("\n")[0][:60]
    return Article("https://a.example/1", title, text, Publisher("a", "A", "media"), language=language)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU the work takes, the median of some rounds."""
    spent = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return median(spent)


def main() -> None:
    """Print the figures."""
    for language in SAMPLES:
        analyse(article(language, 1000))
    print("analysis: CPU per 1,000 characters (goal for zh: 2 ms at 1,000)")
    for language in SAMPLES:
        row = []
        for length in (100, 1_000, 10_000, 100_000, 1_000_000):
            given = article(language, length)
            rounds = cpu(partial(analyse, given)) if length <= 10_000 else _once(given)
            row.append(f"{length:>9,}: {rounds * 1000:8.1f} ms = {rounds * 1e6 / length:5.2f} ms/1,000")
        print(f"  {language}  " + "  ".join(row))
    seconds, megabytes = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True
    ).stdout.split()
    print(f"loading all data: {float(seconds):.2f} s CPU (goal 0.5), {float(megabytes):.0f} MB (goal 40)")


def _once(given: Article) -> float:
    begun = time.process_time()
    analyse(given)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
