"""Services: the eight kinds of social service, given or planned for one person, and group sessions.

A seminar, a training or a talk is one session with many on its list: graduates, guests known by name
only, and a number of people without a name. One attendance counts as one service; people without a
name are shown and never counted. What an appeal asked for stands in the appeal; a service may name it.
"""
