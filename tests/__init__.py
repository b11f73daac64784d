"""Tests of Ayala. They mirror the package; what spans all of it lies at the top."""
