"""Samples made of recorded answers: cut to a few intervals, with numbers of their own, and what a parser makes of them.

`spans` knows where records stand in an answer, `cutting` leaves out those that the newest events do not need, `numbers`
puts others in the place of a source's, `outcomes` calls the parser on the case, `making` does all of it.
Nothing is changed that the parser would notice: every step is tried on the parser itself and taken back if it does.
"""
