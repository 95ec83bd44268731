package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import network.assay.contracts.client.assay.DeploymentStep.Argument;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.ProtocolException;

/**
 * Every argument of every contract, as the chain tells it today, against the address book. What
 * governance has changed since is named, too: write it into the address book if it is right.
 */
final class ParameterChecks {
  private static final int ADDRESS_CHARACTERS = 42;
  private static final int STRUCT_WORDS_MAX = 64;
  private static final Pattern VIEW = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}(#[0-9]{1,2})?");

  private final ContractReader reader;
  private final Findings findings;
  private final Map<String, Words> structs = new HashMap<>();
  private final Map<String, Integer> wordsRead = new HashMap<>();

  ParameterChecks(ContractReader reader, Findings findings) {
    this.reader = reader;
    this.findings = findings;
  }

  void run(Deployment at) {
    at.contracts()
        .forEach((name, contract) ->
            contract.arguments().stream()
                .filter(argument -> !argument.read().isEmpty())
                .forEach(argument -> {
                  String check = name + "." + argument.name();
                  findings.ask(check, () -> compared(check, contract.address(), argument));
                }));
  }

  private CheckResult compared(String check, Address contract, Argument argument) {
    if (!VIEW.matcher(argument.read()).matches()) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", "the name of a view", argument.read());
    }
    BigInteger word = word(check, contract, argument.read());
    boolean isAddress =
        argument.value().startsWith("0x") && argument.value().length() == ADDRESS_CHARACTERS;
    return Findings.equality(check, isAddress ? address(word) : word.toString(), argument.value());
  }

  private static String address(BigInteger word) {
    return "0x" + String.format("%040x", word);
  }

  /** Words of a struct come in their order, as the arguments do: one call for all of them. */
  private BigInteger word(String what, Address contract, String read) {
    int hash = read.indexOf('#');
    if (hash < 0) {
      return reader.read(what, contract, Abi.call(read)).unsigned(256);
    }
    String view = read.substring(0, hash);
    int number = Integer.parseInt(read.substring(hash + 1));
    String key = contract + "." + view;
    if (number == 0) {
      structs.put(key, reader.read(what, contract, Abi.call(view)));
      wordsRead.put(key, 0);
    }
    Words struct = structs.get(key);
    if (struct == null || wordsRead.getOrDefault(key, -1) != number || number >= STRUCT_WORDS_MAX) {
      throw new ProtocolException(
          "MALFORMED_ADDRESS_BOOK", "the words of " + view + " in order", read);
    }
    wordsRead.put(key, number + 1);
    return struct.unsigned(256);
  }
}
