"""What is needed to ask a language model about an article and to believe no word of its answer unseen.

An endpoint that speaks OpenAI's chat protocol is asked (``asking``) about passages; what comes back is located in the
text and held against the schema (``names``, ``facts``).
"""
