"""Taking over the members that a community has already, from whatever file it exports.

A file goes through these hands, and streams: a million rows take no more memory than a thousand (a
spreadsheet is the exception: it is one piece).

    packaging      takes it out of .gz, .bz2, .xz or .zip, and says what it is
    charsets       which encoding a text is in
    separated      rows of separated text: quotes, delimiters, the header's place
    documents      rows of JSON, of spreadsheets and of HTML tables
    headings       which column holds what
    cells, dates   what a cell means
    reading        a row's member, or why there is none
    rejected_rows  the file of rows that come back
    ledger         what is done, for going on after an interruption
    sending        batches on their way to the database
"""
