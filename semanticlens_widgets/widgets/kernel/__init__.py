"""The Python end of the connection to the browser; `js/src/kernel` is the other end.

`channel` answers requests, `request` has the types that handlers see, `bundle` serves the code of the browser side,
`shared` keeps the models of both apart and open, `link` shares traits between the widgets of a lens, and `routing`
keeps browser messages flowing while a cell runs.
"""
