// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WorkCommit} from "../interfaces/AssayTypes.sol";
import {EntryOpening, IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {GemmEntry} from "./GemmEntry.sol";
import {Merkle} from "./Merkle.sol";

/// @title From a device's WorkCommit down to one entry of its matrix work (docs/PROTOCOL.md, "Matrix work")
/// @notice workRoot is the tree over the rounds' roots (leaf data: the root), a round's root the tree over its rows'
/// roots (taken as they are), a row's root the tree over its chunks (leaf data: 64 entries, int32 each).
library GemmOpening {
    /// @dev In WorkCommit.seed: the operands are the consumer's, under operandRoot. One round then.
    bytes32 internal constant OPERANDS_GIVEN = keccak256("assay/gemm/operands/v1");
    uint256 internal constant GIVEN_SIZE_MAX = 8_192;
    uint256 internal constant CHUNK_ENTRIES = 64;
    uint256 internal constant CHUNK_BYTES = 256;

    /// @notice Refuses what is no matrix work, or has no such entry.
    function requireEntry(WorkCommit calldata commit, uint256 round, uint256 i, uint256 j) internal pure {
        uint256 n = commit.rows;
        bool given = commit.seed == OPERANDS_GIVEN;
        if (commit.seed == 0 || !GemmEntry.isSize(n) || (given && n > GIVEN_SIZE_MAX)) {
            revert IDisputeCourt.NotMatrixWork(commit.seed, n);
        }
        uint256 rounds = given && commit.units > 1 ? 1 : commit.units;
        if (round >= rounds) revert IDisputeCourt.EntryOutOfRange(round, rounds);
        if (i >= n) revert IDisputeCourt.EntryOutOfRange(i, n);
        if (j >= n) revert IDisputeCourt.EntryOutOfRange(j, n);
    }

    /// @notice The seed of the round after the one with this root.
    function nextSeed(bytes32 roundRoot) internal pure returns (bytes32) {
        return sha256(abi.encodePacked("assay/gemm/next/v1", roundRoot));
    }

    /// @notice Follows the opening's paths, and computes the entry again.
    /// @return got the entry that was committed
    /// @return want the entry that is right
    function check(WorkCommit calldata commit, uint32 round, uint32 i, uint32 j, EntryOpening calldata opening)
        internal
        view
        returns (int256 got, int256 want)
    {
        uint256 n = commit.rows;
        _requireUnder(commit.workRoot, opening.roundRoot, round, commit.units, opening.roundPath, "round");
        if (!Merkle.isIncluded(opening.roundRoot, opening.rowRoot, i, n, opening.rowPath)) {
            revert IDisputeCourt.WrongPath("row");
        }
        if (opening.chunk.length != CHUNK_BYTES) {
            revert IDisputeCourt.WrongChunkBytes(opening.chunk.length, CHUNK_BYTES);
        }
        bytes32 leaf = Merkle.leafHash(opening.chunk);
        if (!Merkle.isIncluded(opening.rowRoot, leaf, j / CHUNK_ENTRIES, n / CHUNK_ENTRIES, opening.chunkPath)) {
            revert IDisputeCourt.WrongPath("chunk");
        }
        uint256 offset = (j % CHUNK_ENTRIES) * 4;
        got = int32(uint32(bytes4(opening.chunk[offset:offset + 4])));
        want = commit.seed == OPERANDS_GIVEN
            ? _ofGiven(commit, i, j, opening)
            : GemmEntry.ofSeed(_seedOf(commit, round, opening), n, i, j);
    }

    function _seedOf(WorkCommit calldata commit, uint32 round, EntryOpening calldata opening)
        private
        pure
        returns (bytes32)
    {
        if (round == 0) return commit.seed;
        _requireUnder(commit.workRoot, opening.previousRoot, round - 1, commit.units, opening.previousPath, "previous");
        return nextSeed(opening.previousRoot);
    }

    /// @dev operandRoot: the n packed rows of A, then the n packed rows of Bᵀ.
    function _ofGiven(WorkCommit calldata commit, uint32 i, uint32 j, EntryOpening calldata opening)
        private
        pure
        returns (int256)
    {
        uint256 n = commit.rows;
        if (opening.rowA.length != n / 2) revert IDisputeCourt.WrongOperandBytes(opening.rowA.length, n / 2);
        if (opening.rowB.length != n / 2) revert IDisputeCourt.WrongOperandBytes(opening.rowB.length, n / 2);
        bytes memory rowA = opening.rowA;
        bytes memory rowB = opening.rowB;
        if (!Merkle.isIncluded(commit.operandRoot, Merkle.leafHash(rowA), i, 2 * n, opening.pathA)) {
            revert IDisputeCourt.WrongPath("operands of A");
        }
        if (!Merkle.isIncluded(commit.operandRoot, Merkle.leafHash(rowB), n + j, 2 * n, opening.pathB)) {
            revert IDisputeCourt.WrongPath("operands of B");
        }
        return GemmEntry.dot(rowA, rowB);
    }

    function _requireUnder(
        bytes32 workRoot,
        bytes32 roundRoot,
        uint256 round,
        uint256 rounds,
        bytes32[] calldata path,
        string memory what
    ) private pure {
        bytes32 leaf = Merkle.leafHash(abi.encodePacked(roundRoot));
        if (!Merkle.isIncluded(workRoot, leaf, round, rounds, path)) revert IDisputeCourt.WrongPath(what);
    }
}
