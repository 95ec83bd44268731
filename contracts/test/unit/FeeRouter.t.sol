// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFeeRouter} from "../../src/interfaces/IFeeRouter.sol";
import {World} from "../World.sol";

contract FeeRouterTest is World {
    address private constant ORACLES = address(0x0a);
    IFeeRouter private _router;

    function setUp() public override {
        super.setUp();
        _router = IFeeRouter(_deployRouter(_split(5_000, 2_000, 3_000)));
        _addModule(address(_router));
    }

    function test_constructor_refusesZeroAddress() public {
        vm.expectRevert(IFeeRouter.ZeroAddress.selector);
        deploy(
            "FeeRouter.sol:FeeRouter",
            abi.encode(vault, governor.addr, ORACLES, insurance, address(0), 1 days, _split(5_000, 2_000, 3_000))
        );
    }

    function test_constructor_refusesAnEpochOfNothing() public {
        vm.expectRevert(IFeeRouter.ZeroEpoch.selector);
        deploy(
            "FeeRouter.sol:FeeRouter",
            abi.encode(vault, governor.addr, ORACLES, insurance, treasury, 0, _split(5_000, 2_000, 3_000))
        );
    }

    function test_setSplit_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IFeeRouter.NotGovernor.selector, address(this), governor.addr));
        _router.setSplit(_split(5_000, 2_000, 3_000));
    }

    function test_setSplit_refusesAnotherSum() public {
        vm.expectRevert(abi.encodeWithSelector(IFeeRouter.WrongSum.selector, 9_999, 10_000));
        vm.prank(governor.addr);
        _router.setSplit(_split(5_000, 2_000, 2_999));
    }

    function test_setSplit_refusesToStarveTheOracles() public {
        vm.expectRevert(abi.encodeWithSelector(IFeeRouter.ShareOutOfRange.selector, "oracleBps", 1_999, 2_000, 10_000));
        vm.prank(governor.addr);
        _router.setSplit(_split(1_999, 5_001, 3_000));
    }

    function test_setSplit_refusesATreasuryAboveItsBound() public {
        vm.expectRevert(abi.encodeWithSelector(IFeeRouter.ShareOutOfRange.selector, "treasuryBps", 5_001, 0, 5_000));
        vm.prank(governor.addr);
        _router.setSplit(_split(2_000, 2_999, 5_001));
    }

    function test_route_refusesNothing() public {
        vm.expectRevert(IFeeRouter.NothingToRoute.selector);
        _router.route();
    }

    function test_route_splitsAndCounts() public {
        _giveFees(1_001);
        assertEq(_router.route(), 1_001);
        assertEq(vault.creditOf(ORACLES), 500);
        assertEq(vault.creditOf(treasury), 300);
        assertEq(vault.creditOf(insurance), 201, "what rounding leaves is insurance's");
        assertEq(vault.ledgerOf(address(_router)), 0);
        assertEq(_router.feesOf(_router.currentEpoch()), 1_001);
    }

    function test_route_countsByEpoch() public {
        _giveFees(100);
        _router.route();
        uint64 epoch = _router.currentEpoch();
        skip(1 days);
        _giveFees(11);
        _router.route();
        assertEq(_router.feesOf(epoch), 100);
        assertEq(_router.feesOf(epoch + 1), 11);
    }

    function test_route_worksAfterTheRouterRetired() public {
        _giveFees(100);
        vm.prank(governor.addr);
        vault.retireModule(address(_router));
        assertEq(_router.route(), 100);
    }

    function testFuzz_route_losesNothing(uint96 fees, uint16 oracleBps, uint16 treasuryBps) public {
        oracleBps = uint16(bound(oracleBps, 2_000, 10_000));
        treasuryBps = uint16(bound(treasuryBps, 0, oracleBps > 5_000 ? 10_000 - oracleBps : 5_000));
        vm.prank(governor.addr);
        _router.setSplit(_split(oracleBps, 10_000 - oracleBps - treasuryBps, treasuryBps));
        uint256 amount = bound(fees, 1, 500e6);
        _giveFees(amount);
        _router.route();
        assertEq(vault.creditOf(ORACLES) + vault.creditOf(treasury) + vault.creditOf(insurance), amount);
    }

    function _giveFees(uint256 amount) private {
        vm.startPrank(address(market));
        vault.takeCredit(consumer.addr, amount);
        vault.giveCredit(address(_router), amount);
        vm.stopPrank();
    }

    function _deployRouter(IFeeRouter.Split memory split) private returns (address) {
        return deploy(
            "FeeRouter.sol:FeeRouter", abi.encode(vault, governor.addr, ORACLES, insurance, treasury, 1 days, split)
        );
    }

    function _split(uint16 oracleBps, uint16 insuranceBps, uint16 treasuryBps)
        private
        pure
        returns (IFeeRouter.Split memory)
    {
        return IFeeRouter.Split(oracleBps, insuranceBps, treasuryBps);
    }
}
