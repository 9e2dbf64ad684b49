"""What a node is called where PostgreSQL names it: as a replication slot, and as an application that streams."""


def slot(node: str) -> str:
    """The replication slot of a standby: its node's name, in the letters that PostgreSQL allows."""
    return node.replace("-", "_").replace(".", "_")
