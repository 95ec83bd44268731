// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CourtWorld, EntryOpening, IDisputeCourt, WorkCommit} from "../CourtWorld.sol";

/// @title vectors/gemm.json: operands, entries, and whole works with openings, made by another implementation
contract GemmVectorsTest is CourtWorld {
    string private json;

    function setUp() public override {
        super.setUp();
        json = vm.readFile("vectors/gemm.json");
    }

    function test_operands_packed() public view {
        uint256 k = 0;
        for (; vm.keyExistsJson(json, _at("operands", k, "")); ++k) {
            bytes memory packed = gemm.packedRow(
                _bytes32(_at("operands", k, ".seed")),
                uint8(_uint(_at("operands", k, ".matrix"))),
                uint32(_uint(_at("operands", k, ".row"))),
                _uint(_at("operands", k, ".n"))
            );
            assertEq(packed, vm.parseJsonBytes(json, _at("operands", k, ".packed")));
        }
        assertGt(k, 3, "cases");
    }

    function test_entries() public view {
        uint256 k = 0;
        for (; vm.keyExistsJson(json, _at("entries", k, "")); ++k) {
            int256 got = gemm.ofSeed(
                _bytes32(_at("entries", k, ".seed")),
                _uint(_at("entries", k, ".n")),
                uint32(_uint(_at("entries", k, ".i"))),
                uint32(_uint(_at("entries", k, ".j")))
            );
            assertEq(got, vm.parseJsonInt(json, _at("entries", k, ".entry")));
        }
        assertGt(k, 5, "cases");
    }

    function test_openingsOfAWholeWork() public {
        WorkCommit memory commit =
            _commit(JOB, _bytes32(".work.seed"), 3, uint32(_uint(".work.n")), 0, _bytes32(".work.workRoot"));
        for (uint256 k = 0; k < 4; ++k) {
            _answer(commit, _at("work.openings", k, ""));
        }
    }

    function test_openingOfGivenOperands() public {
        WorkCommit memory commit = _commit(
            JOB,
            _bytes32(".given.seed"),
            1,
            uint32(_uint(".given.n")),
            _bytes32(".given.operandRoot"),
            _bytes32(".given.workRoot")
        );
        assertEq(commit.seed, GIVEN);
        _answer(commit, ".given.opening");
    }

    /// @dev The court takes the opening for an answer, and the entry for the right one.
    function _answer(WorkCommit memory commit, string memory where) private {
        bytes memory signed = signature(device.key, _hashCommit(commit));
        EntryOpening memory opening = _opening(where);
        bytes memory shown = _shown(JOB);
        uint32 round = uint32(_uint(string.concat(where, ".round")));
        uint32 i = uint32(_uint(string.concat(where, ".i")));
        uint32 j = uint32(_uint(string.concat(where, ".j")));
        vm.prank(challenger.addr);
        uint8 number = court.demandOpening(shown, commit, signed, round, i, j);
        int256 entry = vm.parseJsonInt(json, string.concat(where, ".entry"));
        vm.expectEmit(address(court));
        emit IDisputeCourt.OpeningAnswered(JOB, number, entry, entry);
        court.answerOpening(shown, number, commit, opening);
    }

    function _opening(string memory where) private view returns (EntryOpening memory opening) {
        opening.previousRoot = _bytes32(string.concat(where, ".previousRoot"));
        opening.previousPath = _path(string.concat(where, ".previousPath"));
        opening.roundRoot = _bytes32(string.concat(where, ".roundRoot"));
        opening.roundPath = _path(string.concat(where, ".roundPath"));
        opening.rowRoot = _bytes32(string.concat(where, ".rowRoot"));
        opening.rowPath = _path(string.concat(where, ".rowPath"));
        opening.chunk = vm.parseJsonBytes(json, string.concat(where, ".chunk"));
        opening.chunkPath = _path(string.concat(where, ".chunkPath"));
        if (!vm.keyExistsJson(json, string.concat(where, ".rowA"))) return opening;
        opening.rowA = vm.parseJsonBytes(json, string.concat(where, ".rowA"));
        opening.pathA = _path(string.concat(where, ".pathA"));
        opening.rowB = vm.parseJsonBytes(json, string.concat(where, ".rowB"));
        opening.pathB = _path(string.concat(where, ".pathB"));
    }

    function _path(string memory key) private view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(json, key);
    }

    function _bytes32(string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, key);
    }

    function _uint(string memory key) private view returns (uint256) {
        return vm.parseJsonUint(json, key);
    }

    function _at(string memory list, uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(index), "]", field);
    }
}
