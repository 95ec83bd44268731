package network.assay.oracle.report;

import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;

/** A struct and what claims to be somebody's signature of it; nothing here has been checked. */
public record Signed<T extends TypedStruct>(T body, Signature signature) {}
