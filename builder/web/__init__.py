"""The pages on the screen: the same functions as the command line, for people who do not type. Thin, like `cli`.

    serve      waitress: which address, which limits
    app        the pages put together; what happens when one fails
    access     who may ask: host, login, origin and token of a form; what browsers are told to refuse
    office     what all pages share: the project as it is now, the workers, the long work
    jobs       long work: a short queue, progress, an end, results that are forgotten
    forms      what people filled in, as values
    library, visits, groups, work, translators      the pages

What a form says about a family lives in one request, or in one piece of work until it is fetched; it is never in an
address, a file with a name, a log or a cookie.
"""
