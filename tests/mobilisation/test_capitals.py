"""Sums in capital figures, as vouchers in Chinese write them."""

from decimal import Decimal

import pytest

from tocsin.mobilisation.rewards.rules.capitals import in_capitals

SUMS = {
    "0": "零元整",
    "0.05": "伍分",
    "0.50": "伍角整",
    "10": "壹拾元整",
    "105": "壹佰零伍元整",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "6007.14": "陆仟零柒元壹角肆分",
    "30000": "叁万元整",
    "107000.53": "壹拾万零柒仟元伍角叁分",
    "300500": "叁拾万零伍佰元整",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "500000": "伍拾万元整",
    "100000001": "壹亿零壹元整",
}


@pytest.mark.parametrize(("yuan", "words"), SUMS.items())
def test_capitals(yuan: str, words: str) -> None:
    assert in_capitals(Decimal(yuan)) == words
