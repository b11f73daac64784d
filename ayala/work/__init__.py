"""Work: partners and the places they keep for graduates, placements, the pilot "Ayala", aid.

A placement is a spell of a person in a job, from a day until (not including) another; whether it lasted
is asked three, six and twelve months later. Money and study grants are asked, decided and paid.
"""
