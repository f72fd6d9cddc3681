"""The product on several machines, all of them processes of this one, with the configuration that deploy/ renders."""
