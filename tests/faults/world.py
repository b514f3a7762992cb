"""A workroot in use, made once in a run and put back before each fault, to the same bytes."""

import json
import os
from pathlib import Path

from worlds import wheels
from worlds.lab import Outcome, run
from worlds.workbench import Workbench


class World(Workbench):
    """alpha has data and a command; needy requires beta; requirements.txt asks for gamma."""

    def build(self) -> "World":
        self.wheel(
            "alpha",
            files={
                "alpha/__init__.py": "def main(): print('alpha')\n" + "# more\n" * 20,
                "alpha/inner/deep.py": "x = 1\n",
                "alpha/data.json": '{"a": 1}\n',
            },
            commands={"alpha": "alpha:main"},
        )
        self.wheel("beta", data={"share/beta/table.txt": "1 2 3\n"})
        self.wheel("needy", requires=("beta>=1",))
        self.wheel("gamma")
        self.make()
        (self.root / "requirements.txt").write_text("gamma==1.0\n")
        self.configure("[venv]", "requirements = ['requirements.txt']")
        self.engine("setup", cwd=self.root).must()
        self.pip("install", "alpha", "needy").must()
        return self

    def look(self, *words: str, **environ: str) -> Outcome:
        """`doctor`, as it is typed in the session; by the kit, should that command be gone."""
        command = self.root / ".workroot" / "bin" / "workroot"
        argv = [str(command)] if os.access(command, os.X_OK) else ["sh", str(self.kit / "setup.sh")]
        return run([*argv, "doctor", *words], self.session | environ, self.root, timeout=120)

    def findings(self, *words: str, **environ: str) -> dict[str, dict]:
        """What is wrong, by id."""
        done = self.look("--json", *words, **environ)
        assert done.status in (0, 1), done
        found = json.loads(done.out)["findings"]
        return {one["id"]: one for one in found if one["severity"] != "ok"}

    @property
    def session(self) -> dict[str, str]:
        """With what a real session sets as well."""
        return super().session | {"REPO": str(self.repo), "VIRTUAL_ENV_PROMPT": "lab"}

    @property
    def information(self) -> Path:
        """alpha's metadata."""
        return self.site / "alpha-1.0.dist-info"

    @property
    def bin(self) -> Path:
        return self.venv / "bin"

    @property
    def state(self) -> Path:
        return self.root / ".workroot"

    def project(self, name: str) -> str:
        return wheels.make_project(str(self.directory / name), name)
