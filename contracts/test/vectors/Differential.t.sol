// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Accept,
    CreditDeposit,
    DeviceRegistration,
    Fail,
    JobCard,
    JobOutcome,
    Offer,
    Order,
    Report,
    StakeDeposit,
    WorkCommit
} from "../../src/interfaces/AssayTypes.sol";
import {JobWord} from "../../src/job/JobWord.sol";
import {AssayHash} from "../../src/libraries/AssayHash.sol";
import {Merkle} from "../../src/libraries/Merkle.sol";
import {PackedVerdicts} from "../../src/libraries/PackedVerdicts.sol";
import {World} from "../World.sol";

/// @title What Java made of random messages, cards, verdicts, trees and quorums, asked of the contracts' own code
/// @dev The cases are those of Java's DifferentialCasesTest: of its deep run where there was one, else the committed ones.
/// A line is 0x, kind (1 byte), answer (32), question. Kinds: 1 Offer, 2 Order, 3 Accept, 4 WorkCommit, 5 Fail, 6
/// DeviceRegistration, 7 Report, 8 StakeDeposit, 9 CreditDeposit (words → struct hash); 10 job id; 11 a card's binding, 12
/// with its outcome; 13 packed verdicts → hash of their fields; 14 Merkle path; 15 quorum.
contract DifferentialTest is World {
    string private constant DRAWN = "out/differential/cases.txt";

    function committeeSize() internal pure override returns (uint256) {
        return 7;
    }

    function test_javaAndSolidityAgreeOnEveryRandomCase() public view {
        uint256[16] memory seen;
        string memory path = vm.exists(DRAWN) ? DRAWN : "vectors/differential.txt";
        for (string memory line = vm.readLine(path); bytes(line).length > 0; line = vm.readLine(path)) {
            bytes memory bytes_ = vm.parseBytes(line);
            uint8 kind = uint8(bytes_[0]);
            (bytes32 want, bytes memory question) = this.split(bytes_);
            assertEq(this.answer(kind, question), want, line);
            ++seen[kind];
        }
        for (uint256 kind = 1; kind < 16; ++kind) {
            assertGt(seen[kind], 5, "every kind of case is there");
        }
    }

    function split(bytes calldata all) external pure returns (bytes32 want, bytes memory question) {
        return (bytes32(all[1:33]), all[33:]);
    }

    function answer(uint8 kind, bytes calldata question) external view returns (bytes32) {
        if (kind == 1) return this.hashOffer(abi.decode(question, (Offer)));
        if (kind == 2) return this.hashOrder(abi.decode(question, (Order)));
        if (kind == 3) return AssayHash.hash(abi.decode(question, (Accept)));
        if (kind == 4) return this.hashWorkCommit(abi.decode(question, (WorkCommit)));
        if (kind == 5) return AssayHash.hash(abi.decode(question, (Fail)));
        if (kind == 6) return this.hashRegistration(abi.decode(question, (DeviceRegistration)));
        if (kind == 7) return this.hashReport(abi.decode(question, (Report)));
        if (kind == 8) return AssayHash.hash(abi.decode(question, (StakeDeposit)));
        if (kind == 9) return AssayHash.hash(abi.decode(question, (CreditDeposit)));
        if (kind == 10) return bytes32(uint256(AssayHash.jobId(bytes32(question[:32]), uint8(question[32]))));
        if (kind == 11) return bytes32(uint256(JobWord.bindingOf(_card(question))));
        if (kind == 12) return bytes32(uint256(JobWord.bindingOf(_card(question), _outcome(question[89:]))));
        if (kind == 13) return _fields(question);
        if (kind == 14) return _truth(_isIncluded(question));
        return _truth(_passes(question));
    }

    function hashOffer(Offer calldata message) external pure returns (bytes32) {
        return AssayHash.hash(message);
    }

    function hashOrder(Order calldata message) external pure returns (bytes32) {
        return AssayHash.hash(message);
    }

    function hashWorkCommit(WorkCommit calldata message) external pure returns (bytes32) {
        return AssayHash.hash(message);
    }

    function hashRegistration(DeviceRegistration calldata message) external pure returns (bytes32) {
        return AssayHash.hash(message);
    }

    function hashReport(Report calldata message) external pure returns (bytes32) {
        return AssayHash.hash(message);
    }

    function _card(bytes calldata packed) private pure returns (JobCard memory) {
        return JobCard(
            bytes32(packed[:32]),
            address(bytes20(packed[32:52])),
            address(bytes20(packed[52:72])),
            uint40(bytes5(packed[72:77])),
            uint96(bytes12(packed[77:89]))
        );
    }

    function _outcome(bytes calldata packed) private pure returns (JobOutcome memory) {
        return JobOutcome(
            uint8(packed[0]), uint96(bytes12(packed[1:13])), bytes32(packed[13:45]), uint40(bytes5(packed[45:50]))
        );
    }

    function _fields(bytes calldata packed) private pure returns (bytes32) {
        bytes memory words;
        for (uint256 i = 0; i * PackedVerdicts.SIZE < packed.length; ++i) {
            PackedVerdicts.Verdict memory one = PackedVerdicts.read(packed, i);
            words = bytes.concat(words, abi.encode(one.jobId, one.code, one.paid, one.resultHash));
        }
        return keccak256(words);
    }

    function _isIncluded(bytes calldata question) private pure returns (bool) {
        bytes32[] memory path = new bytes32[]((question.length - 72) / 32);
        for (uint256 i = 0; i < path.length; ++i) {
            path[i] = bytes32(question[72 + 32 * i:104 + 32 * i]);
        }
        uint256 index = uint32(bytes4(question[64:68]));
        uint256 size = uint32(bytes4(question[68:72]));
        return Merkle.isIncluded(bytes32(question[:32]), bytes32(question[32:64]), index, size, path);
    }

    function _passes(bytes calldata question) private view returns (bool) {
        try committee.verify(1, bytes32(question[:32]), uint32(bytes4(question[32:36])), question[36:]) {
            return true;
        } catch {
            return false;
        }
    }

    function _truth(bool answer_) private pure returns (bytes32) {
        return bytes32(uint256(answer_ ? 1 : 0));
    }
}
