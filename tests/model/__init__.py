"""The program beside a model of it: the same operations on both, and the same records afterwards."""
