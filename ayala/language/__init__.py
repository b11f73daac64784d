"""What Ayala says and reads in Kazakh, Russian and English: words, codes, regions, names of people.

The catalogues hold the words, ``codes`` the codes behind them, ``regions`` the map of the country,
``names`` the order and the likeness of written names. No record and no rule is here.
"""
