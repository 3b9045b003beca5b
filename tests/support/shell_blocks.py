"""The shell blocks of a page, run line by line as somebody would paste them."""

import re
import subprocess
import sysconfig
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Line(NamedTuple):
    """A line of a shell block and the exit code that its comment announces: `# refused (exit 1): ...`."""

    text: str
    code: int


def shell_lines(page: str, language: str = "sh") -> list[Line]:
    """All lines of the page's shell blocks in order."""
    blocks = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    announced = [re.search(r"#.*\(exit (\d+)\)", line) for line in lines]
    return [Line(line, int(found[1]) if found else 0) for line, found in zip(lines, announced, strict=True)]


def paste(lines: list[Line], folder: Path, timeout: int = 900) -> list[str]:
    """Run the lines in one bash, in a folder that looks like a clone with a virtual environment.

    The complaints: a line whose exit code is not the one announced, with the end of what was printed.
    """
    scripts = folder / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "activate").write_text(f'PATH="{sysconfig.get_path("scripts")}:$PATH"\n')
    (folder / "exactmem").symlink_to(ROOT / "exactmem")
    mark = "-- done:"
    script = "set -o pipefail\n" + "".join(f"{line.text}\necho '{mark}' $?\n" for line in lines)
    done = subprocess.run(
        ["bash", "-s"], input=script, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=timeout, check=False,
    )  # fmt: skip
    outputs = re.split(rf"{mark} (\d+)\n", done.stdout)
    codes = [int(code) for code in outputs[1::2]]
    if len(codes) != len(lines):
        return [f"the shell stopped after {len(codes)} of {len(lines)} lines: {done.stdout[-500:]}"]
    return [
        f"exit {code}, not {line.code}: {line.text}\n{output[-500:]}"
        for line, code, output in zip(lines, codes, outputs[::2], strict=False)
        if code != line.code
    ]
