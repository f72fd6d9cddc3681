"""A stage on which the product runs on many machines."""

import asyncio
from typing import Any, cast

from faults.machines.fleet import Fleet
from faults.organizer import Organizer
from faults.product import Product
from faults.stage import Stage


class Machines(Stage):
    """As `Stage`, with a fleet in the place of the product that one command starts."""

    @property
    def fleet(self) -> Fleet:
        """All the machines."""
        return cast(Fleet, self.product)

    async def begin(self) -> None:
        """Start the fleet. Raises Missing, ProductError."""
        password = f"mk-{self.rng.getrandbits(64):016x}"
        fleet = Fleet(self.home / "fleet", password, self.rng, tree=self.tree)
        self._product = cast(Product, fleet)
        await asyncio.to_thread(fleet.start)
        self._organizer = Organizer(fleet.port, password)
        await asyncio.to_thread(self.organizer.sign_in)

    async def ask(self, call: Any, *arguments: Any) -> Any:
        """A call that waits, beside the crowd's work."""
        return await asyncio.to_thread(call, *arguments)
