// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Offer, Order, RateWorld, VoucherClaim} from "../RateWorld.sol";

/// @title What metered requests cost: whole transactions
/// forge-config: default.isolate = true
contract RateGasTest is RateWorld {
    event log_named_uint(string name, uint256 value);

    function setUp() public override {
        super.setUp();
        _claim(_session(), 1_000); // credits and ledgers in use
    }

    function test_gas_sessionOfAThousandRequests() public {
        Metered memory made = _session();
        uint256 sum = _gas();
        _print("open a session", sum, 230_000);
        _claim(made, ESCROW);
        sum += _gas();
        _print("claim one voucher", _gas(), 100_000);
        _print("metered request, of 100 by one voucher (goal 1,000)", _gas() / 100, 1_000);
        vm.prank(provider.addr);
        _close(made);
        sum += _gas();
        _print("close a session", _gas(), 60_000);
        _print("metered request, of 1,000 in a session with opening, claim and close (goal 1,000)", sum / 1_000, 1_000);
    }

    function test_gas_batchOf50Sessions() public {
        VoucherClaim[] memory vouchers = new VoucherClaim[](50);
        for (uint256 k = 0; k < 50; ++k) {
            Order memory order = _unitOrder();
            Offer memory offer = _unitOffer(2);
            offer.concurrentMax = 100;
            vouchers[k] = _voucher(_open(order, offer), 100 * UNIT_PRICE);
        }
        rate.claimBatch(vouchers);
        _print("voucher of a batch of 50", _gas() / 50, 30_000);
        _print("metered request, of 100 in each of 50 sessions of a batch (goal 1,000)", _gas() / 5_000, 300);
    }

    function _gas() private view returns (uint256) {
        return vm.lastCallGas().gasTotalUsed;
    }

    function _print(string memory name, uint256 got, uint256 ceiling) private {
        emit log_named_uint(name, got);
        assertLe(got, ceiling, name);
    }
}
