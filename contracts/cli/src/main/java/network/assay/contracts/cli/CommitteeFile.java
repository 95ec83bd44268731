package network.assay.contracts.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;

/**
 * The first committee as a file: what each oracle operator sent to the protocol team.
 *
 * @param members 3f+1 of them, from 4 to 31
 */
record CommitteeFile(List<Member> members) {
  /**
   * One oracle.
   *
   * @param name for people only
   * @param key its signing address
   * @param pin SHA-256 of its TLS SubjectPublicKeyInfo
   */
  record Member(Optional<String> name, Address key, Bytes32 pin) {}

  static CommitteeFile read(Path file) {
    try {
      CommitteeFile read =
          Json.read(Files.readAllBytes(file), CommitteeFile.class, "the committee file " + file);
      Committee checked =
          new Committee(1, read.keys(), read.pins()); // refuses what the contract would
      if (checked.n() != read.members().size()) {
        throw new IllegalStateException("a committee lost members");
      }
      return read;
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the committee file " + file + ": " + e.getMessage(), e);
    }
  }

  List<Address> keys() {
    return members.stream().map(Member::key).toList();
  }

  List<Bytes32> pins() {
    return members.stream().map(Member::pin).toList();
  }
}
