"""Graduates: people who grew up in a children's home or another institution of care, and left it.

Who they are, their papers, consents and contacts. What they ask for, receive and where they live is
in the folders of those nouns; children still in care are outside Ayala.
"""
