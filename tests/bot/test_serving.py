"""The socket that the house is served on."""

import asyncio
import socket

from bot.serving import bind


async def test_no_piece_of_an_answer_waits_for_the_one_before_to_be_acknowledged() -> None:
    options: asyncio.Queue[int] = asyncio.Queue()

    async def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        options.put_nowait(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with bind("127.0.0.1", 0) as bound:
        async with await asyncio.start_server(accepted, sock=bound):
            _, writer = await asyncio.open_connection(*bound.getsockname())
            assert await asyncio.wait_for(options.get(), 60)
            writer.close()
