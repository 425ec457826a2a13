"""What papermill loads when it starts. Importing this module registers the translators."""

from papermill.engines import NBClientEngine
from papermill.translators import papermill_translators

from .translator import RecursiveMASTranslator, TypeScriptTranslator

papermill_translators.register("typescript", TypeScriptTranslator)
papermill_translators.register("tslab", TypeScriptTranslator)
papermill_translators.register("recursivemas", RecursiveMASTranslator)


class Engine(NBClientEngine):
    """Papermill's usual engine: the entry point must name one."""
