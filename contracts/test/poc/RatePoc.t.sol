// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRateBook, RateWorld, VoucherClaim} from "../RateWorld.sol";

interface ILooseVouchers {
    function creditOf(address account) external view returns (uint256);
    function claim(uint64 jobId, uint96 amount, address consumer, bytes calldata signature) external;
}

interface ISuddenStop {
    error EscrowTooSmall(uint256 got, uint256 want);

    function stop() external;
    function claim(uint256 amount) external;
}

/// @title Mistakes of others about vouchers and escrow
contract RatePocTest is RateWorld {
    /// @dev GOALS: signatures without chain id and contract.
    function test_poc_aVoucherForWhomeverAndAsOftenAsOneLikes() public {
        ILooseVouchers mistaken = ILooseVouchers(deploy("LooseVouchers.sol:LooseVouchers", ""));
        bytes memory signed = signature(consumer.key, keccak256(abi.encode(uint64(5), uint96(1_000))));
        vm.startPrank(stranger.addr);
        mistaken.claim(5, 1_000, consumer.addr, signed);
        mistaken.claim(5, 1_000, consumer.addr, signed);
        vm.stopPrank();
        assertEq(mistaken.creditOf(stranger.addr), 2_000, "exploited: by another acceptor, twice");

        Metered memory made = _session();
        VoucherClaim memory voucher = _voucher(made, 1_000);
        vm.startPrank(stranger.addr);
        rate.claim(voucher);
        assertEq(vault.creditOf(stranger.addr), 0, "the acceptor is paid, whoever calls");
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NothingToClaim.selector, made.id, 1_000, 1_000));
        rate.claim(voucher);
        voucher.card.provider = stranger.addr;
        voucher.cumulative = 2_000;
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NothingToClaim.selector, made.id, 2_000, 1_000));
        rate.claim(voucher);
    }

    /// @dev GOALS: money not reserved. Claim after stop.
    function test_poc_aStopThatOvertakesAVoucher() public {
        ISuddenStop mistaken = ISuddenStop(deploy("SuddenStop.sol:SuddenStop", ""));
        mistaken.stop();
        vm.expectRevert(abi.encodeWithSelector(ISuddenStop.EscrowTooSmall.selector, 0, 5_000));
        mistaken.claim(5_000); // exploited: served, and not paid

        Metered memory made = _session();
        vm.prank(consumer.addr);
        rate.stop(made.id, made.card);
        vm.prank(consumer.addr);
        vm.expectPartialRevert(IRateBook.DeadlineNotPassed.selector);
        rate.close(_shownJob(made));
        skip(NOTICE_S + CLOSE_S);
        _claim(made, 5_000);
        assertEq(rate.job(made.id).paid, 5_000);
    }

    /// @dev Two sessions on one deposit, signed for more than there is: neither pays out of the other's.
    function test_poc_oneEscrowForTwoAcceptors() public {
        Metered memory first = _session();
        Metered memory second = _session();
        _claim(first, 100 * ESCROW);
        _claim(second, ESCROW);
        assertEq(rate.job(first.id).paid, ESCROW);
        assertEq(rate.job(second.id).paid, ESCROW);
    }
}
