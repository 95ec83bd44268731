// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome} from "../../src/interfaces/AssayTypes.sol";
import {JobWord} from "../../src/job/JobWord.sol";
import {AssayHash} from "../../src/libraries/AssayHash.sol";
import {Merkle} from "../../src/libraries/Merkle.sol";
import {PackedVerdicts} from "../../src/libraries/PackedVerdicts.sol";
import {MerkleTree} from "../MerkleTree.sol";
import {Test} from "../Test.sol";
import {IOracleCommittee} from "../World.sol";

/// @title vectors/{merkle,content-root,verdicts,job-ids,committee-N}.json
contract TreeVectorsTest is Test {
    uint256 private constant CHUNK_BYTES = 16_384;

    function test_merkle_rootsAndPaths() public view {
        string memory json = vm.readFile("vectors/merkle.json");
        uint256 i = 0;
        for (; vm.keyExistsJson(json, _case(i, "")); ++i) {
            bytes[] memory data = vm.parseJsonBytesArray(json, _case(i, ".data"));
            bytes32[] memory leaves = vm.parseJsonBytes32Array(json, _case(i, ".leafHashes"));
            for (uint256 k = 0; k < data.length; ++k) {
                assertEq(Merkle.leafHash(data[k]), leaves[k], "leaf");
            }
            bytes32 root = vm.parseJsonBytes32(json, _case(i, ".root"));
            assertEq(MerkleTree.root(leaves), root, "root");
            uint256 index = vm.parseJsonUint(json, _case(i, ".index"));
            uint256 size = vm.parseJsonUint(json, _case(i, ".size"));
            bytes32[] memory path = vm.parseJsonBytes32Array(json, _case(i, ".path"));
            assertEq(MerkleTree.path(leaves, index), path);
            assertTrue(Merkle.isIncluded(root, leaves[index], index, size, path), "path");
        }
        assertGt(i, 10, "cases");
    }

    function test_contentRoot_ofChunks() public view {
        string memory json = vm.readFile("vectors/content-root.json");
        uint256 i = 0;
        for (; vm.keyExistsJson(json, _case(i, "")); ++i) {
            uint256 length = vm.parseJsonUint(json, _case(i, ".length"));
            bytes32 merkleRoot = MerkleTree.root(_chunkLeaves(length));
            assertEq(merkleRoot, vm.parseJsonBytes32(json, _case(i, ".merkleRoot")), "merkle root");
            bytes32 contentRoot = keccak256(abi.encodePacked(hex"02", uint64(length), merkleRoot));
            assertEq(contentRoot, vm.parseJsonBytes32(json, _case(i, ".contentRoot")), "content root");
        }
        assertGt(i, 5, "cases");
    }

    function test_verdicts_unpackToTheirFields() public view {
        string memory json = vm.readFile("vectors/verdicts.json");
        bytes memory packed = vm.parseJsonBytes(json, ".packed");
        assertEq(keccak256(packed), vm.parseJsonBytes32(json, ".verdictsHash"));
        uint256 i = 0;
        for (; vm.keyExistsJson(json, _case(i, "")); ++i) {
            PackedVerdicts.Verdict memory verdict = this.readOutside(packed, i);
            assertEq(verdict.jobId, vm.parseJsonUint(json, _case(i, ".jobId")), "job id");
            assertEq(verdict.code, vm.parseJsonUint(json, _case(i, ".code")), "code");
            assertEq(verdict.paid, vm.parseJsonUint(json, _case(i, ".cumulativePaid")), "paid");
            assertEq(verdict.resultHash, vm.parseJsonBytes32(json, _case(i, ".resultHash")), "result");
        }
        assertEq(packed.length, i * PackedVerdicts.SIZE);
    }

    function test_jobIds_areTheLow63Bits() public view {
        string memory json = vm.readFile("vectors/job-ids.json");
        uint256 i = 0;
        for (; vm.keyExistsJson(json, _case(i, "")); ++i) {
            bytes32 orderHash = vm.parseJsonBytes32(json, _case(i, ".orderHash"));
            uint8 attempt = uint8(vm.parseJsonUint(json, _case(i, ".attempt")));
            assertEq(AssayHash.jobId(orderHash, attempt), vm.parseJsonUint(json, _case(i, ".jobId")));
        }
        assertGt(i, 3, "cases");
    }

    function test_jobCards_packAndBind() public view {
        string memory json = vm.readFile("vectors/job-cards.json");
        uint256 i = 0;
        for (; vm.keyExistsJson(json, _case(i, "")); ++i) {
            JobCard memory card = _card(json, i);
            bytes32 orderHash = vm.parseJsonBytes32(json, _case(i, ".orderHash"));
            bytes32 offerHash = vm.parseJsonBytes32(json, _case(i, ".offerHash"));
            assertEq(JobWord.termsOf(orderHash, offerHash), card.terms, "terms");
            bytes memory packed =
                abi.encodePacked(card.terms, card.consumer, card.provider, card.deviceIndex, card.amount);
            assertEq(packed, vm.parseJsonBytes(json, _case(i, ".packed")), "packed");
            bytes memory binding = vm.parseJsonBytes(json, _case(i, ".binding"));
            assertEq(abi.encodePacked(JobWord.bindingOf(card)), binding, "binding");
            if (!vm.keyExistsJson(json, _case(i, ".reportedBinding"))) continue;
            bytes memory reported = vm.parseJsonBytes(json, _case(i, ".reportedBinding"));
            assertEq(abi.encodePacked(JobWord.bindingOf(card, _outcome(json, i))), reported, "reported");
        }
        assertGt(i, 3, "cases");
    }

    function _card(string memory json, uint256 i) private pure returns (JobCard memory) {
        return JobCard({
            terms: vm.parseJsonBytes32(json, _case(i, ".terms")),
            consumer: vm.parseJsonAddress(json, _case(i, ".consumer")),
            provider: vm.parseJsonAddress(json, _case(i, ".provider")),
            deviceIndex: uint40(vm.parseJsonUint(json, _case(i, ".deviceIndex"))),
            amount: uint96(vm.parseJsonUint(json, _case(i, ".amount")))
        });
    }

    function _outcome(string memory json, uint256 i) private pure returns (JobOutcome memory) {
        return JobOutcome({
            code: uint8(vm.parseJsonUint(json, _case(i, ".code"))),
            paid: uint96(vm.parseJsonUint(json, _case(i, ".paid"))),
            resultHash: vm.parseJsonBytes32(json, _case(i, ".resultHash")),
            challengeUntil: uint40(vm.parseJsonUint(json, _case(i, ".challengeUntil")))
        });
    }

    function test_committee4_digestBlobAndQuorum() public {
        _checkCommittee("vectors/committee-4.json");
    }

    function test_committee13_digestAndBlob() public view {
        _checkDigest(vm.readFile("vectors/committee-13.json"));
    }

    /// @dev Epoch 1: what a contract at the vector's address answers after its constructor.
    function _checkCommittee(string memory file) private {
        string memory json = vm.readFile(file);
        _checkDigest(json);
        address[] memory keys = vm.parseJsonAddressArray(json, ".keys");
        bytes32[] memory pins = vm.parseJsonBytes32Array(json, ".pins");
        IOracleCommittee.Wiring memory wiring =
            IOracleCommittee.Wiring(address(this), address(0), address(0), address(0), 1 days);
        bytes memory arguments = abi.encode(address(this), keys, pins, wiring);
        address made = vm.deployCode("OracleCommittee.sol:OracleCommittee", arguments);
        address place = vm.parseJsonAddress(json, ".committee");
        vm.etch(place, made.code);
        for (uint256 slot = 0; slot < 9; ++slot) {
            vm.store(place, bytes32(slot), vm.load(made, bytes32(slot)));
        }
        // Epoch 1's keys and pins are the code of the first contract that the committee created.
        vm.etch(vm.computeCreateAddress(place, 1), vm.computeCreateAddress(made, 1).code);
        IOracleCommittee committee = IOracleCommittee(place);
        assertEq(committee.epochDigest(1), vm.parseJsonBytes32(json, ".epochDigest"), "contract's digest");
        committee.verify(
            1,
            vm.parseJsonBytes32(json, ".digest"),
            vm.parseJsonUint(json, ".bitmask"),
            vm.parseJsonBytes(json, ".signatures")
        );
    }

    function _checkDigest(string memory json) private pure {
        address[] memory keys = vm.parseJsonAddressArray(json, ".keys");
        bytes32[] memory pins = vm.parseJsonBytes32Array(json, ".pins");
        bytes memory blob;
        for (uint256 i = 0; i < keys.length; ++i) {
            blob = abi.encodePacked(blob, keys[i]);
        }
        for (uint256 i = 0; i < pins.length; ++i) {
            blob = abi.encodePacked(blob, pins[i]);
        }
        assertEq(blob, vm.parseJsonBytes(json, ".blob"), "blob");
        bytes memory bound = abi.encodePacked(
            "assay/committee/v1",
            vm.parseJsonUint(json, ".chainId"),
            vm.parseJsonAddress(json, ".committee"),
            uint64(vm.parseJsonUint(json, ".epoch")),
            uint8(vm.parseJsonUint(json, ".n")),
            uint8(vm.parseJsonUint(json, ".q")),
            blob
        );
        assertEq(keccak256(bound), vm.parseJsonBytes32(json, ".epochDigest"), "digest");
    }

    function _chunkLeaves(uint256 length) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](length == 0 ? 1 : (length + CHUNK_BYTES - 1) / CHUNK_BYTES);
        for (uint256 k = 0; k < leaves.length; ++k) {
            uint256 from = k * CHUNK_BYTES;
            uint256 size = length - from < CHUNK_BYTES ? length - from : CHUNK_BYTES;
            bytes memory chunk = new bytes(size);
            for (uint256 i = 0; i < size; ++i) {
                chunk[i] = bytes1(uint8((from + i) % 251));
            }
            leaves[k] = MerkleTree.leaf(chunk);
        }
    }

    function _case(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".cases[", vm.toString(index), "]", field);
    }

    function readOutside(bytes calldata packed, uint256 index) external pure returns (PackedVerdicts.Verdict memory) {
        return PackedVerdicts.read(packed, index);
    }
}
