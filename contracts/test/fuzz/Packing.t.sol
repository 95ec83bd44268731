// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../../src/interfaces/AssayTypes.sol";
import {JobSlots} from "../../src/job/JobSlots.sol";
import {AssayHash} from "../../src/libraries/AssayHash.sol";
import {Bps} from "../../src/libraries/Bps.sol";
import {PackedVerdicts} from "../../src/libraries/PackedVerdicts.sol";
import {Test} from "../Test.sol";

contract PackingTest is Test {
    function testFuzz_jobSlots_unpackGivesBackWhatWasPacked(
        uint96 amount,
        uint40 deadline,
        uint40 deviceIndex,
        uint32 epoch,
        uint8 state,
        uint8 flags,
        uint136 binding,
        address consumer
    ) public pure {
        JobSlots.Job memory job = JobSlots.Job({
            amount: amount,
            deadline: deadline,
            deviceIndex: deviceIndex,
            epoch: epoch,
            state: JobState(state % 12),
            flags: flags & 0xf0,
            binding: binding,
            consumer: consumer
        });
        (uint256 head, uint256 tail) = JobSlots.pack(job);
        assertEq(abi.encode(JobSlots.unpack(head, tail)), abi.encode(job));
    }

    function testFuzz_jobSlots_packGivesBackWhatWasUnpacked(uint256 head, uint256 tail) public pure {
        head = head & ~(uint256(0x0f) << 40) | (((head >> 40) & 0x0f) % 12) << 40; // a state that exists
        (uint256 gotHead, uint256 gotTail) = JobSlots.pack(JobSlots.unpack(head, tail));
        assertEq(gotHead, head);
        assertEq(gotTail, tail);
    }

    function testFuzz_jobSlots_aFundedJobNeverLooksUnused(uint96 amount, uint136 binding) public pure {
        JobSlots.Job memory job;
        job.amount = amount;
        job.binding = binding;
        job.state = JobState.FUNDED;
        (uint256 head,) = JobSlots.pack(job);
        assertNotEq(head, 0);
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

    function testFuzz_jobId_isTheLow64BitsOfTheHash(bytes32 orderHash, uint8 attempt) public pure {
        bytes memory preimage = abi.encodePacked(orderHash, uint256(attempt));
        assertEq(AssayHash.jobId(orderHash, attempt), uint64(uint256(keccak256(preimage))));
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
