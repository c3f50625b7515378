"""Currencies by their signs, codes and names, as people say prices."""

CURRENCIES = {
    "EUR": "€ eur euro euros €ur",
    "USD": "$ usd us$ dollar dollars bucks",
    "GBP": "£ gbp pound pounds quid",
    "CHF": "chf franken franc francs",
    "SEK": "sek",
    "NOK": "nok",
    "DKK": "dkk",
    "PLN": "pln zloty",
    "CZK": "czk",
    "JPY": "¥ jpy yen",
    "CNY": "cny yuan renminbi",
    "AUD": "aud",
    "CAD": "cad",
    "INR": "₹ inr rs rupee rupees",
    "KWD": "kwd",
    "QAR": "qar",
    "SAR": "sar",
    "BGN": "bgn",
    "MYR": "myr ringgit ringgits",
    "MNT": "mnt tugrik tugriks",
}
BY_WORD = {word: code for code, words in CURRENCIES.items() for word in words.split()}
# A hundredth of a currency; None where it does not say of which.
HUNDREDTHS = {
    "ct": None,
    "cts": None,
    "cent": None,
    "cents": None,
    "¢": "USD",
    "p": "GBP",
    "pence": "GBP",
    "penny": None,
    "pennies": None,
    "rappen": "CHF",
    "sen": "MYR",
    "sens": "MYR",
}
