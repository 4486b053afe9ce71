"""`tocsin keys …`: the secrets by which the installation seals and signs, and keys of officers, which it never has."""

from pathlib import Path

import click

from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import set_up_django


@click.group()
def keys() -> None:
    """The secrets by which the installation seals and signs."""


@keys.command(name="list")
def list_keys() -> None:
    """Show which secret is in force since when, which are kept, and what for; never a secret itself."""
    set_up_django()
    from tocsin.base.keys import Purpose, ring
    from tocsin.portal.rotation import is_unfinished

    present, *older = ring().secrets()
    since = f"since {older[0].replaced_at:%Y-%m-%d %H:%M} UTC" if older else "since the first start"
    click.echo(f"{present.id}  in force {since}: {', '.join(Purpose)}")
    for one in older:
        what = "second steps not yet sealed anew, codes on signs and draws of before"
        leaked = "; others may know it" if one.leaked else "; links of before"
        click.echo(f"{one.id}  replaced {one.replaced_at:%Y-%m-%d %H:%M} UTC: reads {what}{leaked}")
    if is_unfinished(Configuration.from_environment().data):
        click.echo("a rotation was broken off: `tocsin keys rotate` finishes it")


@keys.command()
@click.option("--leaked", is_flag=True, help="Others may know the present secret: links and codes on screens end, too.")
def rotate(leaked: bool) -> None:
    """Put a new secret in force. Everybody signs in again; codes on signs and draws of before go on to be proved."""
    set_up_django()
    from tocsin.portal.rotation import rotate as rotate_secrets
    from tocsin.screens.clock import current_time

    done = rotate_secrets(Configuration.from_environment().data, now=current_time(), leaked=leaked, say=click.echo)
    if done.resumed:
        click.echo("this finished a rotation that was broken off; for yet another secret run it again")
    for name, one in done.sealed.items():
        lost = f"; {one.lost} open under no key that is here: give these people a new one-time password" if one.lost else ""
        click.echo(f"{name}: {one.done} sealed anew{lost}")
    click.echo(f"sessions: {done.sessions} ended, everybody signs in again")
    click.echo("still good: codes on printed signs, draws that were published, receipts and papers of before")
    click.echo("running processes have taken it up; nothing needs a restart")
    if done.leaked:
        click.echo("ended: links that are on their way, codes on screens")
        click.echo("whoever had the database, too, knows the second steps in it: let people set them up anew")
        click.echo("draws that were published and are not yet made: publish them anew, the old secret tells their seeds")


@keys.command(name="backup-identity")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_identity(file: Path) -> None:
    """Write a private key for sealed backups into FILE, and show its public key. Keep the file away from this machine."""
    from tocsin.portal.backup.sealing import new_identity

    public = new_identity(file)
    click.echo(f"TOCSIN_BACKUP_RECIPIENTS={public}")
    click.echo(f"{file} opens every backup that is sealed so: keep it on another machine and on paper, and delete it here")


@keys.command(name="identity")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def identity(file: Path) -> None:
    """Write a private key for sealed identities into FILE, and show its public key. On the officer's own machine."""
    from tocsin.portal.backup.sealing import new_identity

    click.echo(new_identity(file))
    click.echo(f"enter this public key on the page of sealed identities; {file} stays with you, and a copy on paper", err=True)


_KEYS = click.option(
    "--key",
    "files",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your private key; during an exchange also the one of before.",
)


@keys.command(name="open")
@click.argument("sealed", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_KEYS
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where what is opened goes.")
def open_sealed(sealed: Path, files: tuple[Path, ...], out: Path) -> None:
    """Open one lock of SEALED with your private key: B's gives a file for A, A's what was sealed. Offline."""
    from tocsin.base.secret_files import kept_secret
    from tocsin.portal.station import open_lock

    opened = open_lock(sealed, files)
    if kept_secret(out, lambda: opened) != opened:
        raise click.ClickException(f"{out} is there already: name another file")
    half = opened.startswith(b"age-encryption.org/")
    whole = "it holds who reported, or a photo as it was sent (a ZIP): delete it when done"
    click.echo(f"{out}: {'hand it on to officer A' if half else whole}")


@keys.command(name="reseal")
@click.argument("server", required=False)
@_KEYS
@click.option("--bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Offline: a bundle from the page.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Offline: where the answer goes.")
@click.option(
    "--token",
    envvar="TOCSIN_TOKEN",
    help="An API token of your own account on that server; better in the environment, as TOCSIN_TOKEN.",
)
@click.option("--trust", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Certificate of its authority (PEM).")
@click.option("--yes", is_flag=True, help="Offline: both new public keys were compared before.")
def reseal(
    server: str | None,
    files: tuple[Path, ...],
    bundle: Path | None,
    out: Path | None,
    token: str | None,
    trust: Path | None,
    yes: bool,
) -> None:
    """Seal anew what stands under your replaced key at SERVER (https://…), on your own machine; the key stays there.

    With --bundle FILE --out ANSWER without any network: give both old private keys (--key A --key B) where the page says that
    something was sealed before locks of their own. What was done stays done: the same command again goes on where it stopped.
    """
    if bundle is not None and server is None:
        if out is None:
            raise click.UsageError("name a file for the answer: --out ANSWER")
        _reseal_offline(bundle, files, out, yes)
        return
    if server is None or bundle is not None:
        raise click.UsageError("name the server (https://…), or a bundle: --bundle FILE --out ANSWER")
    if not token:
        raise click.UsageError("an API token of your own is needed: --token, or TOCSIN_TOKEN in the environment")
    from tocsin.portal.station import Server, reseal_all

    if reseal_all(Server(server, token, trust), files, say=click.echo):
        raise click.ClickException("not all of it was sealed anew: what was refused stands above, and stays on the list")


def _reseal_offline(bundle: Path, files: tuple[Path, ...], out: Path, yes: bool) -> None:
    from tocsin.portal.station import read_parcel, reseal_parcel

    parcel = read_parcel(bundle)
    click.echo(f"{parcel.count} things, sealed anew to the keys ending in A {parcel.ends_a} and B {parcel.ends_b}")
    if not yes and not click.confirm("Are these the ends of both keys, as their holders read them out?"):
        raise click.ClickException("nothing was sealed: compare the ends with the holders of both keys, then run this again")
    missed = reseal_parcel(bundle, files, out)
    for number in missed:
        click.echo(f"  {number}: not opened by these private keys, nothing was changed")
    click.echo(f"{out}: {parcel.count - len(missed)} sealed anew; hand it in on the page of sealed identities")
    if missed:
        raise click.ClickException("not all of it was sealed anew: give both old private keys (--key A --key B)")


@keys.command(name="end-tokens")
@click.confirmation_option(prompt="End the API tokens of everybody? Their programs need new ones then")
def end_tokens() -> None:
    """End the API tokens of everybody, after a restore or a leak."""
    set_up_django()
    from django.utils import timezone

    from tocsin.jurisdiction.face import end_every_token, system_actor

    click.echo(f"{end_every_token(actor=system_actor(), now=timezone.now()):,} API tokens ended")
