"""How `make docs` builds the documentation: the Markdown of this folder, as GitHub shows it too, into docs/_build/html.

The folder of sources is the project's, so that links to CONTRIBUTING.md and to files of code are the same on both.
"""

from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math import latex2mathml
from sphinx.addnodes import pending_xref

ROOT = Path(__file__).resolve().parent.parent

project = "Gridtrace"
copyright = "the contributors of Gridtrace; AGPL-3.0-or-later"
version = release = installed("gridtrace")
extensions = ["myst_parser", "sphinx_copybutton"]
include_patterns = ["docs/**", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = ["docs/_build"]
root_doc = "docs/index"
nitpicky = True

myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
highlight_language = "none"
copybutton_exclude = ".linenos, .gp, .go"

html_theme = "furo"
html_title = "Gridtrace"
html_favicon = "../web/icon.svg"
html_logo = "../web/icon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_additional_pages = {"index": "to_index.html"}
templates_path = ["static"]
html_math_renderer = "mathml"

# What it asks of other hosts; only `make docs-links` does.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_anchors = False
linkcheck_ignore = [r"http://127\.0\.0\.1.*"]


def inline_math(translator: Any, node: nodes.math) -> None:
    """An equation in a line, as MathML, which browsers draw without a script."""
    translator.body.append(latex2mathml.tex2mathml(node.astext()))
    raise nodes.SkipNode


def block_math(translator: Any, node: nodes.math_block) -> None:
    """An equation of its own."""
    translator.body.append(f'<div class="math">{latex2mathml.tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def without_folders(app: Any, document: nodes.document) -> None:
    """Links to folders of the code, which GitHub shows and a site cannot, become their text."""
    page = ROOT / app.env.current_document.docname
    for link in list(document.findall(pending_xref)):
        if link["reftype"] == "myst" and (page.parent / link["reftarget"]).is_dir():
            link.replace_self(link.children)


def setup(app: Any) -> None:
    app.connect("doctree-read", without_folders)
    app.add_html_math_renderer("mathml", inline_renderers=(inline_math, None), block_renderers=(block_math, None))
