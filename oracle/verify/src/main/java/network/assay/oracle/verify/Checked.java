package network.assay.oracle.verify;

/** One check and what it found. */
public record Checked(Check check, Finding finding) {}
