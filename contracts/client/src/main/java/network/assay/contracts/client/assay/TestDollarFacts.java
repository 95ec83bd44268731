package network.assay.contracts.client.assay;

/** The test token's EIP-712 name and version, as its contract has them. */
final class TestDollarFacts {
  static final String NAME = "Assay Test Dollar (worthless)";
  static final String VERSION = "1";

  private TestDollarFacts() {}
}
