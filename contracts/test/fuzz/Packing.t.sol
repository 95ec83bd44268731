// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState} from "../../src/interfaces/AssayTypes.sol";
import {JobWord} from "../../src/job/JobWord.sol";
import {AssayHash} from "../../src/libraries/AssayHash.sol";
import {Bps} from "../../src/libraries/Bps.sol";
import {ChallengeWindow} from "../../src/libraries/ChallengeWindow.sol";
import {PackedVerdicts} from "../../src/libraries/PackedVerdicts.sol";
import {Test} from "../Test.sol";

contract PackingTest is Test {
    using JobWord for uint256;

    function testFuzz_jobWord_unpackGivesBackWhatWasPacked(
        uint8 state,
        uint8 flags,
        uint40 deadline,
        uint24 epoch,
        uint176 binding
    ) public pure {
        JobState named = JobState(state % 12);
        uint256 word = JobWord.pack(named, uint256(flags) << 240, deadline, epoch, binding);
        assertEq(uint256(word.stateOf()), uint256(named));
        assertEq(word.flagsOf(), uint256(flags) << 240);
        assertEq(word.deadlineOf(), deadline);
        assertEq(word.epochOf(), epoch);
        assertEq(word.bindingOf(), binding);
    }

    function testFuzz_jobWord_changesNothingElse(uint256 word, uint8 state, uint40 deadline, uint176 binding)
        public
        pure
    {
        JobState named = JobState(state % 12);
        uint256 changed = word.withState(named).withDeadline(deadline).withBinding(binding);
        assertEq(changed, JobWord.pack(named, word.flagsOf(), deadline, word.epochOf(), binding));
    }

    function testFuzz_jobWord_aFundedJobNeverLooksUnused(uint40 deadline, uint176 binding) public pure {
        assertNotEq(JobWord.pack(JobState.FUNDED, 0, deadline, 0, binding), 0);
    }

    function testFuzz_jobWord_bindingIsOverThePackedCard(JobCard memory card) public pure {
        bytes memory packed = abi.encodePacked(card.terms, card.consumer, card.provider, card.deviceIndex, card.amount);
        assertEq(packed.length, JobWord.CARD_BYTES);
        assertEq(JobWord.bindingOf(card), uint176(uint256(keccak256(packed))));
    }

    function testFuzz_jobWord_anyOtherCardHasAnotherBinding(JobCard memory card, JobCard memory other) public pure {
        if (keccak256(abi.encode(card)) == keccak256(abi.encode(other))) return;
        assertNotEq(JobWord.bindingOf(card), JobWord.bindingOf(other));
    }

    function testFuzz_challengeWindow_growsWithThePriceBetweenItsBounds(
        uint96 price,
        uint96 more,
        uint32 least,
        uint32 most,
        uint96 value
    ) public pure {
        least = uint32(bound(least, 1, type(uint32).max));
        most = uint32(bound(most, least, type(uint32).max));
        value = uint96(bound(value, 1, type(uint96).max));
        more = uint96(bound(more, price, type(uint96).max));
        uint32 window = ChallengeWindow.secondsFor(price, least, most, value);
        assertGe(window, least);
        assertLe(window, most);
        assertLe(window, ChallengeWindow.secondsFor(more, least, most, value));
        if (price <= value) assertEq(window, least);
    }

    function testFuzz_verdict_readsWhatWasPacked(
        bytes memory before,
        uint64 jobId,
        uint8 code,
        uint96 paid,
        bytes32 result
    ) public view {
        uint256 index = before.length / 53;
        assembly ("memory-safe") {
            mstore(before, mul(index, 53))
        }
        bytes memory packed = bytes.concat(before, abi.encodePacked(jobId, code, paid, result), hex"ff");
        PackedVerdicts.Verdict memory got = this.readOutside(packed, index);
        assertEq(got.jobId, jobId);
        assertEq(got.code, code);
        assertEq(got.paid, paid);
        assertEq(got.resultHash, result);
    }

    function testFuzz_verdict_readingPastTheEndReverts(uint8 count) public {
        bytes memory packed = new bytes(uint256(count) * 53 + 52);
        vm.expectRevert();
        this.readOutside(packed, count);
    }

    function testFuzz_verdict_onlyOkAndPartialPay(uint8 code, uint96 paid, uint96 price) public pure {
        bool right = PackedVerdicts.isRightAmount(code, paid, price);
        if (code == 1) assertEq(right, paid == price);
        else if (code == 2) assertEq(right, paid < price);
        else assertEq(right, paid == 0);
        if (right) assertLe(paid, price);
    }

    function testFuzz_jobId_isTheLow63BitsOfTheHash(bytes32 orderHash, uint8 attempt) public pure {
        bytes memory preimage = abi.encodePacked(orderHash, uint256(attempt));
        assertEq(AssayHash.jobId(orderHash, attempt), uint64(uint256(keccak256(preimage))) & type(uint64).max >> 1);
    }

    function testFuzz_bps_upAndDownEncloseTheShare(uint96 amount, uint32 bps) public pure {
        amount = uint96(bound(amount, 0, type(uint96).max / 1e6));
        bps = uint32(bound(bps, 0, 1e9));
        uint256 up = Bps.up(amount, bps);
        uint256 down = Bps.down(amount, bps);
        assertLe(down * 10_000, uint256(amount) * bps);
        assertGe(up * 10_000, uint256(amount) * bps);
        assertLe(up - down, 1);
    }

    function readOutside(bytes calldata packed, uint256 index) external pure returns (PackedVerdicts.Verdict memory) {
        return PackedVerdicts.read(packed, index);
    }
}
