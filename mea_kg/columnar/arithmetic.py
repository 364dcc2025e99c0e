"""Decimals as the embedded store reckons with them: 18 digits after the point in an integer of 128 bits.

A number is its value times 10^18. What the store cannot represent is NULL, which is how errors are written.
"""

from __future__ import annotations

ONE = 10**18
_LARGEST_INTEGER = (2**63 - 1) * ONE
_LARGEST = (2**127 - 1) // 10


def let(signature: str, body: str) -> str:
    """A macro whose arguments are evaluated once; in the body they are fields of `x`."""
    name, _, rest = signature.partition("(")
    fields = ", ".join(f"'{one}': {one}" for one in rest.rstrip(")").split(", "))
    return f"{name}({rest} AS list_transform([{{{fields}}}], lambda x: {body})[1]"


MACROS = (
    # Zeros at the end of the whole integer.
    "final_zeros(v) AS length(v::VARCHAR) - length(rtrim(v::VARCHAR, '0'))",
    # How often the store can multiply it by ten.
    f"room(v) AS 38 - length(abs(v)::VARCHAR) + (abs(v) * power_of_ten(38 - length(abs(v)::VARCHAR))"
    f" <= {_LARGEST})::INTEGER",
    "number_of(t) AS CASE WHEN contains(t, '.') THEN TRY_CAST(replace(split_part(t, '.', 1), '-', '') ||"
    " rpad(split_part(t, '.', 2), 18, '0') AS HUGEINT) * (CASE WHEN t[1] = '-' THEN -1 ELSE 1 END)"
    " ELSE TRY_CAST(t AS HUGEINT) * 1000000000000000000 END",
    let(
        "text_of_number(v)",
        "CASE WHEN x.v < 0 THEN '-' ELSE '' END ||"
        " (abs(x.v) // 1000000000000000000)::VARCHAR || CASE WHEN x.v % 1000000000000000000 = 0 THEN ''"
        " ELSE '.' || rtrim(lpad(abs(x.v % 1000000000000000000)::VARCHAR, 18, '0'), '0') END",
    ),
    # Whole parts and fractions apart, so that no product is larger than the result.
    let(
        "product(a, b)",
        "CASE WHEN (x.a % 1000000000000000000) * (x.b % 1000000000000000000) % 1000000000000000000 = 0"
        " THEN (x.a // 1000000000000000000) * x.b"
        " + (x.a % 1000000000000000000) * (x.b // 1000000000000000000)"
        " + (x.a % 1000000000000000000) * (x.b % 1000000000000000000) // 1000000000000000000 END",
    ),
    let(
        "quotient(a, b)",
        "CASE WHEN x.b = 0 THEN NULL WHEN x.a = 0 THEN 0::HUGEINT"
        " WHEN room(x.a) + final_zeros(x.b) < 18 THEN NULL ELSE"
        " (x.a * power_of_ten(room(x.a))) // (x.b // power_of_ten(final_zeros(x.b)))"
        " // power_of_ten(room(x.a) + final_zeros(x.b) - 18) END",
    ),
    let(
        "rounded(v)",
        "((x.v + CASE WHEN x.v % 1000000000000000000 = 0 THEN 0 WHEN x.v > 0 THEN 500000000000000000"
        " ELSE -499999999999999999 END) // 1000000000000000000) * 1000000000000000000",
    ),
    let("as_integer(v)", f"CASE WHEN abs(x.v) <= {_LARGEST_INTEGER} THEN x.v END"),
    let("held(v, w)", f"CASE WHEN NOT x.w OR abs(x.v) <= {_LARGEST_INTEGER} THEN x.v END"),
)
"""Macros of SQL, each after those that it uses."""


def power_of_ten() -> str:
    """A macro that reads a power of ten from a list: `power_of_ten(n)`, n from 0 to 38."""
    powers = ", ".join(f"{10**n}::HUGEINT" for n in range(39))
    return f"power_of_ten(n) AS ([{powers}])[n + 1]"
