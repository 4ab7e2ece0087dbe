"""What can go wrong, named by what the runner or the reader does next.

    GridtraceError
     ├─ ConfigError        zones.json, exchanges.json or a factor table is wrong: mend the file
     ├─ PluginError        a parser module or distribution cannot be used: mend it; the rest goes on
     │   ├─ NotWritten     the configuration names a parser that nobody has written yet: skipped, and said
     │   └─ MissingExtra   a source needs an optional dependency that is not installed: skipped, and said
     ├─ InvalidEvent       one event breaks a rule: it is quarantined, its batch goes on
     ├─ InvalidPoint       there is no such point on earth: mend the request
     ├─ FileError          a file of exported data cannot be read or written: mend or remove it; the rest goes on
     ├─ StoreError         the database cannot be used
     │   └─ StoreBusy      another cycle is writing to it: try again when that has ended
     ├─ AlertError         a message about the sources could not be delivered: it is tried again next cycle
     ├─ ClusterError       the Dask cluster cannot be used, or a worker of it is not like this machine
     ├─ CannotSchedule     no job can be placed as asked: change its length, its windows or its deadline
     │   └─ NoForecast     the forecast does not reach so far: ask for less, leave the place out, or try again later
     ├─ CannotForecast     files or the past do not allow the forecast that was asked for: mend or ask for another
     ├─ UnknownPlace       no zone, cloud region or point is meant by a name: mend it
     └─ SourceError        something between us and one source
         ├─ SourceDown     no usable answer now: try again next cycle
         ├─ NoData         a proper answer that holds nothing: fine
         ├─ NoHistory      this source cannot answer for the asked moment: don't ask again
         ├─ MissingToken   a credential is not set: skipped, with the variable's name
         ├─ Blocked        the source refuses us (region, bot wall, key): the operator must act
         └─ SourceChanged  the answer is not what the parser was written for: a person must look
"""


class GridtraceError(Exception):
    """Base of every error of this project; its text is a sentence a user can act on."""


class ConfigError(GridtraceError):
    """A configuration file is wrong; the text names file, key and field."""


class PluginError(GridtraceError):
    """A parser or plugin cannot be loaded, found or called."""


class NotWritten(PluginError):
    """A parser that the configuration names and `parsers/` does not have."""


class MissingExtra(PluginError):
    """An optional dependency is not installed; the text names the extra."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"This source needs an optional dependency: pip install gridtrace[{extra}].")


class InvalidEvent(GridtraceError, ValueError):
    """One event breaks a rule of core.schemas; the text is the reason stored with it."""


class InvalidPoint(GridtraceError, ValueError):
    """A latitude or longitude that is no number of degrees, or not on earth."""

    def __init__(self, lat: float, lon: float) -> None:
        super().__init__(f"Latitude is from -90 to 90 degrees, longitude from -180 to 180; not {lat} and {lon}.")


class FileError(GridtraceError):
    """A file of exported data cannot be written, or is not what its dataset should be."""


class StoreError(GridtraceError):
    """The store cannot be opened or read."""


class StoreBusy(StoreError):
    """Another process holds the store's lock; a brief holder will have let go of it within a minute or two."""

    def __init__(self, message: str, *, is_brief: bool = False) -> None:
        super().__init__(message)
        self.is_brief = is_brief


class AlertError(GridtraceError):
    """A channel did not take a message; the text holds nothing of its address but the host."""


class ClusterError(GridtraceError):
    """The Dask cluster cannot be reached, or its workers have another version, configuration or view of files."""


class CannotSchedule(GridtraceError):
    """What is asked of scheduling contradicts itself, or leaves no time for the job."""


class NoForecast(CannotSchedule):
    """What is known of a place does not cover the time asked for; the text says how far it reaches."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class CannotForecast(GridtraceError):
    """A forecast cannot be trained or made as asked."""


class UnknownPlace(GridtraceError):
    """What was named is no zone, no region of a cloud and no point in a zone; the text says what may have been meant.
    """


class SourceError(GridtraceError):
    """Base of everything that happens between us and one source."""


class SourceDown(SourceError):
    """Time-out, broken connection, 429 or 5xx after the retries."""


class NoData(SourceError):
    """The source answered properly and has nothing for this zone and time."""


class NoHistory(SourceError, NotImplementedError):
    """The source cannot be asked for this moment (live only, or before its first day)."""


class MissingToken(SourceError):
    """A credential the parser needs is not in the environment."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"The environment variable {variable} is not set; docs/sources.md says where to get it.")
        self.variable = variable


class Blocked(SourceError):
    """401, 403, 451 or a bot wall: the source refuses this caller."""


class SourceChanged(SourceError):
    """The answer has another shape, label or unit than the parser knows."""
