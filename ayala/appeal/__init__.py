"""Appeals: what people ask of the office, from the day it comes in until it has an end.

Registering, following and answering them, and the dated steps in between. When an answer is due is
a matter of the rules; what is done for the person is a service, and stands with the services.
"""
