"""What understanding costs: milliseconds for 1,000 characters, growth with the length, loading of the data.

python -m benchmarks.analysis
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from statistics import median

from analysis.analyse import analyse
from analysis.types import Article, Language, Publisher

ROUNDS = 40
WARM = 20  # rounds before it is timed
SAMPLES: dict[Language, str] = {
    "zh": (
        "宁波市商务局联合工商银行发放数字人民币消费券2000万元，共10万份，自2023年5月1日起使用。"
        "市民可在指定的3600家商户使用硬钱包付款，活动持续至6月30日。\n"
        "据介绍，全市已开立个人钱包210万个，累计交易金额突破58亿元，同比增长37%。\n"
        "市商务局有关负责人表示，发放消费券是为了让市民在日常消费中熟悉数字人民币的使用方法，也为商户带来更多客流。"
        "参与活动的商户涵盖商场、超市、餐饮、书店和文体场馆，市民付款时出示付款码或者碰一碰即可完成支付，"
        "离线状态下也能使用。对不熟悉智能手机的老年人，银行网点安排了专人指导。\n"
        "下一步，有关部门将继续丰富应用场景，推动数字人民币在公共交通、医疗健康、政务缴费等领域落地，"
        "并加强宣传引导，提醒公众防范以数字人民币名义实施的电信诈骗。\n"
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


def cpu(given: Article, rounds: int = ROUNDS) -> tuple[float, float]:
    """Seconds of processor time an analysis takes, best and median of rounds with titles of their own."""
    spent = []
    for number in range(rounds):
        another = replace(given, title=f"{given.title}{number}")
        begun = time.process_time()
        analyse(another)
        spent.append(time.process_time() - begun)
    return min(spent), median(spent)


def main() -> None:
    """Print the figures."""
    for language in SAMPLES:
        cpu(article(language, 1000), WARM)
    print("analysis: milliseconds by characters, best (median) of 40 rounds; goal for zh: 2 ms at 1,000")
    for language in SAMPLES:
        row = []
        for length in (100, 1_000, 10_000, 100_000, 1_000_000):
            given = article(language, length)
            best, middle = cpu(given, ROUNDS if length <= 10_000 else 1)
            row.append(f"{length:>9,}: {best * 1000:6.1f} ({middle * 1000:.1f})")
        print(f"  {language}  " + "  ".join(row))
    seconds, megabytes = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True
    ).stdout.split()
    print(f"loading all data: {float(seconds):.2f} s CPU (goal 0.5), {float(megabytes):.0f} MB (goal 40)")


if __name__ == "__main__":
    main()
