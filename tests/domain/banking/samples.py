"""Statements made up for tests, in the three forms. Amounts are of one account, 31 October to 3 November 2026."""

from __future__ import annotations


def ofx(lines: str, closing: str = "1150.00", currency: str = "USD") -> str:
    """OFX 1.0.2 (SGML): values have no end tags."""
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n"
        f"<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>{currency}\n"
        "<BANKACCTFROM><BANKID>091000019<ACCTID>5550001<ACCTTYPE>CHECKING</BANKACCTFROM>\n"
        f"<BANKTRANLIST><DTSTART>20261031<DTEND>20261103\n{lines}</BANKTRANLIST>\n"
        f"<LEDGERBAL><BALAMT>{closing}<DTASOF>20261103</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def ofx_line(
    amount: str, fitid: str, name: str = "BO BORROWER", memo: str = "", day: str = "20261102"
) -> str:
    memo = f"<MEMO>{memo}" if memo else ""
    return (
        f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}<NAME>{name}{memo}</STMTTRN>\n"
    )


def camt(
    entries: str, opening: str = "1000.00", closing: str = "1150.00", message: str = "camt.053.001.08"
) -> str:
    def balance(code: str, amount: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
            "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>"
        )

    return (
        f"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:{message}'><BkToCstmrStmt>"
        "<GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>S1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{balance('OPBD', opening)}{balance('CLBD', closing)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def camt_entry(
    amount: str = "150.00", mark: str = "CRDT", status: str = "<Cd>BOOK</Cd>", ref: str = "R1"
) -> str:
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>{status}</Sts>"
        "<BookgDt><Dt>2026-11-02</Dt></BookgDt><ValDt><Dt>2026-11-03</Dt></ValDt>"
        f"<AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        "<RltdPties><Dbtr><Pty><Nm>Bo Borrower</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Dana Deals</Nm></Pty></Cdtr></RltdPties>"
        "<RmtInf><Ustrd>Rate November</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
