"""At which level of the state a body stands, by the code of its area. Pure."""


def level_of(region_code: str) -> str:
    """The level of an area.

    >>> [level_of(code) for code in ("370000", "370200", "370213", "370213001000")]
    ['province', 'city', 'county', 'town']
    """
    code = region_code[:6]
    if len(region_code) > 6 and region_code[6:].strip("0"):
        return "town"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"
